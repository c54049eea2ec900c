import type { ChunkHit, HitFacts, SearchMode } from './search-index.ts';

/**
 * Both scores are 0 … 1 within one answer: 1 is the best candidate's; `null`: not asked for, or not
 * among the best.
 */
export interface ScoreParts {
  bm25: number | null;
  vector: number | null;
}

export interface RankedChunk extends ScoreParts {
  hit: ChunkHit;
  score: number;
}

export interface RankedDocument extends ScoreParts {
  facts: HitFacts;
  revision: number;
  /** That of its best chunk: a long document gains nothing by its length. */
  score: number;
  /** Best first. */
  chunks: RankedChunk[];
}

export interface Mixing {
  mode: SearchMode;
  /** The share of the vector's score in `hybrid`: 0 only words, 1 only vectors. */
  alpha: number;
}

/**
 * Documents, best first. In `hybrid` the two scores are brought to one scale over the candidates and added
 * by `alpha`. BM25 is divided by the best, since a text without the words has 0; the cosine goes from its
 * lowest candidate to its highest, since unrelated texts are not at 0. A hit that lacks one of the two
 * counts as that one's lowest. Ties go to the later year, then the higher PMID, so the same hits always
 * give the same order.
 *
 * On MED (30 questions, static vectors, alpha 0.5): nDCG@10 0.745, MRR@10 0.958; with BM25 from its lowest
 * candidate on 0.732 and 0.936, by reciprocal ranks 0.739 and 0.942.
 */
export function rankDocuments(hits: readonly ChunkHit[], { mode, alpha }: Mixing): RankedDocument[] {
  const toBm25 = toScale(
    hits.map(({ bm25 }) => bm25),
    0,
  );
  const toVector = toScale(
    hits.map(({ cosine }) => cosine),
    Number.POSITIVE_INFINITY,
  );
  const share = { hybrid: alpha, semantic: 1, bm25: 0 }[mode];
  const documents = new Map<string, RankedChunk[]>();
  for (const hit of hits) {
    const bm25 = mode === 'semantic' ? null : toBm25(hit.bm25);
    const vector = mode === 'bm25' ? null : toVector(hit.cosine);
    const score = (1 - share) * (bm25 ?? 0) + share * (vector ?? 0);
    const chunk = { hit, score, bm25, vector };
    const known = documents.get(hit.facts.pmid);
    if (known === undefined) documents.set(hit.facts.pmid, [chunk]);
    else known.push(chunk);
  }
  return [...documents.values()].map(toDocument).sort(byScore);
}

/** Best first: score down, then year down, PMID down. */
export function byScore(
  a: { score: number; facts: HitFacts },
  b: { score: number; facts: HitFacts },
): number {
  return (
    b.score - a.score ||
    (b.facts.year ?? 0) - (a.facts.year ?? 0) ||
    Number(b.facts.pmid) - Number(a.facts.pmid)
  );
}

function toDocument(chunks: readonly RankedChunk[]): RankedDocument {
  const sorted = chunks.toSorted((a, b) => b.score - a.score || a.hit.position - b.hit.position);
  const [best] = sorted;
  if (best === undefined) throw new TypeError('a document needs a chunk');
  const { hit, score, bm25, vector } = best;
  return { facts: hit.facts, revision: hit.revision, score, bm25, vector, chunks: sorted };
}

/** Maps the lowest of `values` (or `lowest`, where that is lower) to 0 and the highest to 1. */
function toScale(
  values: readonly (number | null)[],
  lowest: number,
): (value: number | null) => number | null {
  const given = values.filter((value) => value !== null);
  const min = given.reduce((least, value) => Math.min(least, value), lowest);
  const max = given.reduce((most, value) => Math.max(most, value), min);
  const range = max - min;
  return (value) => (value === null ? null : range > 0 && Number.isFinite(range) ? (value - min) / range : 1);
}
