import { byScore, type RankedDocument } from '../ranking.ts';
import { type Quality, type QualityFacts, toQuality } from './quality.ts';

/** The share of the quality's total in the score of `rerankByQuality`; the rest is the relevance. */
export const QUALITY_SHARE = 0.3;

/** Quality counts on the scale of the answer's best, so that it weighs alike whatever the question. */
export function rerankByQuality(documents: readonly RankedDocument[], now: Date): RankedDocument[] {
  const best = documents[0]?.score ?? 0;
  const mixed = documents.map((document) => {
    const quality = readQuality(document, now).total * best;
    return { ...document, score: (1 - QUALITY_SHARE) * document.score + QUALITY_SHARE * quality };
  });
  return mixed.sort(byScore);
}

export function readQuality({ facts: { quality, year } }: RankedDocument, now: Date): Quality {
  // Written by `toDocumentFacts`, which serialises this very type.
  return toQuality(JSON.parse(quality) as QualityFacts, year, now);
}
