import { toQueryWords } from './query-words.ts';
import type { RankedChunk } from './ranking.ts';

export interface ScoredPassage {
  /** As upstream labels it; `null` in an unstructured abstract; "TITLE" where the title is all there is. */
  section: string | null;
  text: string;
  /** The chunk's score, less by up to half for words of the question that the passage lacks. */
  score: number;
}

/** A chunk of a document that is shown. */
export interface ShownChunk extends RankedChunk {
  text: string;
}

/**
 * The passages of a document that answer best, best first: each section of each of its chunks is one. Which section of
 * a chunk is meant the index does not say, so the share of the question's words that stand in it decides.
 */
export function toPassages(chunks: readonly ShownChunk[], question: string, limit: number): ScoredPassage[] {
  const stems = [...new Set(toQueryWords(question).map(toStem))];
  const passages = chunks.flatMap(({ hit: { sections, section }, text, score }) => {
    if (sections.length < 2) return [{ section, text, score: score * toWeight(text, stems) }];
    return sections.map(({ label, start }, at) => {
      const part = text.slice(start, sections[at + 1]?.start).trim();
      return { section: label, text: part, score: score * toWeight(part, stems) };
    });
  });
  return passages.sort((a, b) => b.score - a.score).slice(0, limit);
}

function toWeight(text: string, stems: readonly string[]): number {
  if (stems.length === 0) return 1;
  const words = new Set(text.match(/[\p{L}\p{N}\p{M}]+/gu)?.map(toStem));
  return 0.5 + (0.5 * stems.filter((stem) => words.has(stem)).length) / stems.length;
}

/** Enough of a stem to choose among a few sections: lower case, no accents, without the commonest endings. */
function toStem(word: string): string {
  const plain = word.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  return plain.length < 5 ? plain : plain.replace(/(?:ations?|ing|ed|ies|es|s|al|ly|e|y)$/, '');
}
