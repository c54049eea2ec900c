import type { RankedChunk } from './ranking.ts';
import { toQueryWords } from './words/query-words.ts';

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
 * The passages of a document that answer best, best first: each section of each of its chunks is one.
 * Which section of a chunk is meant the index does not say, so the share of the question's words that
 * stand in it decides.
 */
export function toPassages(chunks: readonly ShownChunk[], question: string, limit: number): ScoredPassage[] {
  const stems = [...new Set(toQueryWords(question).map((word) => toStem(toPlain(word))))];
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
  const starts = new Set(stems.map((stem) => stem.slice(0, STEM_START)));
  const found = new Set<string>();
  for (const [word] of toPlain(text).matchAll(/[\p{L}\p{N}]+/gu)) {
    // Most words of a text begin like none of the question's, and stemming is what takes the time.
    if (starts.has(word.slice(0, STEM_START))) found.add(toStem(word));
  }
  return 0.5 + (0.5 * stems.filter((stem) => found.has(stem)).length) / stems.length;
}

/** Characters: "nations" keeps no more of itself. */
const STEM_START = 1;

/** Lower case, no accents. */
function toPlain(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
}

/** Enough of a stem to choose among a few sections: without the commonest endings. */
function toStem(plain: string): string {
  return plain.length < 5 ? plain : plain.replace(/(?:ations?|ing|ed|ies|es|s|al|ly|e|y)$/, '');
}
