import { type RankedChunk, toShown } from './ranking.ts';
import type { ShownPassage } from './search-index.ts';
import { toAskedWords } from './words/asked-words.ts';
import { toPassageWords } from './words/passage-words.ts';

export interface ScoredPassage {
  /** As upstream labels it; `null` in an unstructured abstract; "TITLE" where the title is all there is. */
  section: string | null;
  text: string;
  /** The chunk's score, less by up to half for words of the question that the passage lacks. */
  score: number;
}

/** A chunk of a document that is shown. */
export interface ShownChunk extends RankedChunk {
  shown: ShownPassage;
}

/**
 * The passages of a document that answer best, best first: each section of each of its chunks is one.
 * Which section of a chunk is meant the index does not say, so the share of the question's words that
 * stand in it decides.
 */
export function toPassages(chunks: readonly ShownChunk[], question: string, limit: number): ScoredPassage[] {
  const asked = toAskedWords(question).map(({ tokens }) => tokens);
  const passages = chunks.flatMap(({ shown: { sections, section, text }, score }) => {
    if (sections.length < 2) return [{ section, text, score: toShown(score * toWeight(text, asked)) }];
    return sections.map(({ label, start }, at) => {
      const piece = text.slice(start, sections[at + 1]?.start).trim();
      return { section: label, text: piece, score: toShown(score * toWeight(piece, asked)) };
    });
  });
  return passages.sort((a, b) => b.score - a.score).slice(0, limit);
}

function toWeight(text: string, asked: readonly (readonly string[])[]): number {
  if (asked.length === 0) return 1;
  const held = new Set(toPassageWords('', { section: null, text }).split(' '));
  const found = asked.filter((tokens) => tokens.some((token) => held.has(token)));
  return 0.5 + (0.5 * found.length) / asked.length;
}
