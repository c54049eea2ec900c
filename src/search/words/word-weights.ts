import type { WordWeights } from '../search-index.ts';
import type { AskedWord } from './asked-words.ts';

/** Of more words the first so many are weighed, and the others count as their average. */
const MOST_WEIGHED_WORDS = 32;

export interface WeighedIndex {
  /** The best BM25 that any passage has for each token alone, in order; `null` where none holds it. */
  findCeilings(tokens: readonly string[]): Promise<readonly (number | null)[]>;
  countPassages(): Promise<number>;
  /** What the index multiplies the weight of a word with at most. */
  highest: number;
}

/** Where there is no passage at all, no word is called unknown. */
export async function weighWords(
  asked: readonly AskedWord[],
  { findCeilings, countPassages, highest }: WeighedIndex,
): Promise<WordWeights> {
  const weighed = asked.slice(0, MOST_WEIGHED_WORDS);
  if (weighed.length === 0) return { best: 0, unknown: [] };
  const tokens = weighed.flatMap((word) => word.tokens);
  const found = await findCeilings(tokens);
  const ceilings = new Map(tokens.map((token, at) => [token, found[at] ?? null]));
  const known = weighed.map((word) =>
    word.tokens.map((token) => ceilings.get(token) ?? null).filter((ceiling) => ceiling !== null),
  );
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
