import type { WordWeights } from '../search-index.ts';
import type { AskedWord } from './asked-words.ts';

/** Of more words the first so many are weighed, and the others count as their average. */
const MOST_WEIGHED_WORDS = 32;

export interface WeighedIndex {
  /** The best BM25 that any passage has for one token alone; `null` where none holds it. */
  findCeiling(token: string): Promise<number | null>;
  countPassages(): Promise<number>;
  /** What the index multiplies the weight of a word with at most. */
  highest: number;
}

/** Where there is no passage at all, no word is called unknown. */
export async function weighWords(
  asked: readonly AskedWord[],
  { findCeiling, countPassages, highest }: WeighedIndex,
): Promise<WordWeights> {
  const weighed = asked.slice(0, MOST_WEIGHED_WORDS);
  if (weighed.length === 0) return { best: 0, unknown: [] };
  const ceilings = await Promise.all(weighed.map(({ tokens }) => Promise.all(tokens.map(findCeiling))));
  const known = ceilings.map((each) => each.filter((ceiling) => ceiling !== null));
  const unknown = weighed.filter((_, at) => known[at]?.length === 0).map((word) => word.asked);
  const passages = unknown.length === 0 ? 0 : await countPassages();
  if (passages === 0 && unknown.length > 0) return { best: 0, unknown: [] };
  const rarest = highest * toIdf(0, passages);
  const sum = known.flat().reduce((total, ceiling) => total + ceiling, unknown.length * rarest);
  return { best: (sum * asked.length) / weighed.length, unknown };
}

/** BM25's own weight of a word that `held` of `passages` hold (Lucene's form). */
function toIdf(held: number, passages: number): number {
  return Math.log(1 + (passages - held + 0.5) / (held + 0.5));
}
