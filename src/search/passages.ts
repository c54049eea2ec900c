import { type RankedChunk, toShown } from './ranking.ts';
import type { ShownPassage } from './search-index.ts';
import type { AskedWord } from './words/asked-words.ts';
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

/** The words of a section, or of a chunk without any. */
export type ReadPiece = (text: string) => ReadonlySet<string>;

export interface PassagesRequest {
  /** Of the question. */
  asked: readonly Pick<AskedWord, 'tokens'>[];
  readPiece: ReadPiece;
  /** How many passages. */
  most: number;
}

/** Some 2 kB each. */
const MOST_KEPT = 1_000;

/** Keeps what it read of the last pieces: to read one takes 0.2 CPU-ms, and papers answer many a question. */
export function createPieceReader(): ReadPiece {
  const kept = new Map<string, string>();
  return (text) => {
    const words = kept.get(text) ?? toPassageWords('', { section: null, text });
    kept.delete(text);
    kept.set(text, words);
    const [oldest] = kept.keys();
    if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
    return new Set(words.split(' '));
  };
}

/**
 * The passages of a document that answer best, best first: each section of each of its chunks is one.
 * Which section of a chunk is meant the index does not say, so the share of the question's words that
 * stand in it decides.
 */
export function toPassages(chunks: readonly ShownChunk[], request: PassagesRequest): ScoredPassage[] {
  const passages = chunks.flatMap(({ shown: { sections, section, text }, score }) => {
    if (sections.length < 2) return [{ section, text, score: toShown(score * toWeight(text, request)) }];
    return sections.map(({ label, start }, at) => {
      const piece = text.slice(start, sections[at + 1]?.start).trim();
      return { section: label, text: piece, score: toShown(score * toWeight(piece, request)) };
    });
  });
  return passages.sort((a, b) => b.score - a.score).slice(0, request.most);
}

function toWeight(text: string, { asked, readPiece }: PassagesRequest): number {
  if (asked.length === 0) return 1;
  const held = readPiece(text);
  const found = asked.filter(({ tokens }) => tokens.some((token) => held.has(token)));
  return 0.5 + (0.5 * found.length) / asked.length;
}
