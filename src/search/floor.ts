import type { Mixing } from '../domain/corpus/mixing.ts';
import type { RankedChunk, RankedDocument } from './ranking.ts';
import type { SearchMode } from './search-index.ts';

/**
 * How close the best passages of a document are to the question by themselves: without neighbouring words,
 * feedback and the caller's `alpha`, so that it means the same in every answer of one mode.
 */
export interface Closeness {
  /** Words and meaning in the embedder's balance; `null` where its cosines mean nothing by themselves. */
  whole: number | null;
  /** As `ScoreParts.bm25`. */
  words: number;
  /** The cosine, 0 where it is below; `null` as `whole`, and where no vector was asked with. */
  meaning: number | null;
}

interface Floor {
  /** Where the best document stays below, nothing answers. */
  answer: number;
  /** Below it a document is no part of an answer. */
  document: number;
  /** Where the best document stays below, the answer is said to be thin. */
  thin: number;
}

/**
 * Measured with the built-in embedder on MED and SciFact (docs/benchmarks.md): of the relevant papers among
 * the first 10 and the first 50, less than 1 % fall below.
 */
const FLOORS: Record<SearchMode, Floor> = {
  hybrid: { answer: 0.2, document: 0.09, thin: 0.25 },
  bm25: { answer: 0.12, document: 0.05, thin: 0.18 },
  semantic: { answer: 0.22, document: 0.2, thin: 0.26 },
};
/**
 * From a fifth on, the share of the question's words that no stored text holds raises `answer`: a name that
 * is not here is what most questions are about that a corpus cannot answer. Of their own questions' relevant
 * papers MED and SciFact lose none by it.
 */
const UNHELD = { least: 0.2, weight: 0.25 } as const;
/** A corpus of fewer passages is small. */
export const SMALL_CORPUS = 50;
/** In `hybrid` half of the words without the meaning is thin too: a car, where CAR-T cells are stored. */
const WORDS_ALONE = { whole: 0.5, meaning: 0.28 } as const;

/** What of a question's words the stored texts hold. */
export interface HeldWords {
  /** Whether they hold one at all. */
  knowsWord: boolean;
  /** The share that they do not hold, 0 … 1; words that are near one that they hold do not count. */
  unheld: number;
}

interface FloorFacts extends HeldWords {
  mode: SearchMode;
  isSmall: boolean;
  /** What stands in the corpus beside the documents, where only some are looked at. Default: nothing. */
  beside?: readonly RankedDocument[];
}

/** Of the chunks of one document. */
export function toCloseness(
  chunks: readonly RankedChunk[],
  { mode, mixing: { balance, isCentred } }: { mode: SearchMode; mixing: Mixing },
): Closeness {
  const share = { hybrid: balance, semantic: 1, bm25: 0 }[mode];
  const words = chunks.map(({ bm25 }) => bm25 ?? 0);
  const meaning = chunks.map(({ hit: { cosine } }) => Math.max(0, cosine ?? 0));
  const whole = words.map((value, at) => (1 - share) * value + share * (meaning[at] ?? 0));
  const hasMeaning = mode !== 'bm25' && isCentred;
  return {
    whole: mode === 'bm25' || isCentred ? Math.max(...whole) : null,
    words: Math.max(...words),
    meaning: hasMeaning ? Math.max(...meaning) : null,
  };
}

/**
 * The documents that are close enough to be an answer, in their order, where the best of them or of those
 * `beside` them answers. What the question names has no closeness and stays, and so does what a model's
 * vectors found. In a small corpus it is enough that a word of the question is known: what words weigh in so
 * few texts tells little.
 */
export function keepClose<Document extends RankedDocument>(
  documents: readonly Document[],
  { mode, isSmall, knowsWord, unheld, beside = [] }: FloorFacts,
): Document[] {
  const floor = FLOORS[mode];
  const least = floor.answer + (unheld < UNHELD.least ? 0 : UNHELD.weight * unheld);
  const isAnswered = (isSmall && knowsWord) || (findBest([...documents, ...beside], 'whole') ?? 0) >= least;
  return documents.filter(({ closeness }) => {
    const whole = closeness?.whole ?? null;
    return whole === null || (isAnswered && (isSmall || whole >= floor.document));
  });
}

/** Whether even the best of what is shown holds little of the question. */
export function isThinMatch(documents: readonly RankedDocument[], mode: SearchMode): boolean {
  if (documents.length === 0 || documents.some(({ closeness }) => closeness === null)) return false;
  const whole = findBest(documents, 'whole');
  const meaning = findBest(documents, 'meaning');
  // By a model's vectors alone nothing can be told.
  if (whole === null) return mode === 'hybrid' && (findBest(documents, 'words') ?? 0) < FLOORS.bm25.thin;
  if (whole < FLOORS[mode].thin) return true;
  return mode === 'hybrid' && meaning !== null && whole < WORDS_ALONE.whole && meaning < WORDS_ALONE.meaning;
}

/** `null` where no document has it. */
function findBest(documents: readonly RankedDocument[], kind: keyof Closeness): number | null {
  return documents.reduce<number | null>((best, { closeness }) => {
    const value = closeness?.[kind] ?? null;
    return value === null || (best !== null && best >= value) ? best : value;
  }, null);
}
