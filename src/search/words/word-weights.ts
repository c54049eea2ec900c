import type { WordWeights } from '../search-index.ts';
import type { AskedWord } from './asked-words.ts';

/** Of more words the first so many are weighed, and the others count as their average. */
const MOST_WEIGHED_WORDS = 32;

/** "hepatitis E", of which the first token is the whole; "causes a" is none. */
const WITH_LETTER = /^\p{L}{3,40}[\s-](?:\p{Lu}|[b-hj-z])$/u;
/** "type 3", "grade IV"; "aged 65" is none. */
const WITH_NUMBER =
  /^(?:type|subtype|genotype|serotype|grade|phase|stage|class|group|factor)s?[\s-](?:[ivx]{1,4}|\d{1,2})$/i;

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
  if (weighed.length === 0) return { best: 0, unknown: [], partly: [] };
  const tokens = weighed.flatMap((word) => word.tokens);
  const found = await findCeilings(tokens);
  const ceilings = new Map(tokens.map((token, at) => [token, found[at] ?? null]));
  const known = weighed.map((word) =>
    word.tokens.map((token) => ceilings.get(token) ?? null).filter((ceiling) => ceiling !== null),
  );
  const unknown = weighed.filter((_, at) => known[at]?.length === 0).map((word) => word.asked);
  const passages = unknown.length === 0 ? 0 : await countPassages();
  if (passages === 0 && unknown.length > 0) return { best: 0, unknown: [], partly: [] };
  const rarest = highest * toIdf(0, passages);
  const sum = known.flat().reduce((total, ceiling) => total + ceiling, unknown.length * rarest);
  const isPartly = ({ asked: word, tokens: [whole = ''] }: AskedWord, at: number) =>
    (WITH_LETTER.test(word) || WITH_NUMBER.test(word)) &&
    (ceilings.get(whole) ?? null) === null &&
    (known[at]?.length ?? 0) > 0;
  const partly = weighed.filter(isPartly).map((word) => word.asked);
  return { best: (sum * asked.length) / weighed.length, unknown, partly };
}

/** BM25's own weight of a word that `held` of `passages` hold (Lucene's form). */
function toIdf(held: number, passages: number): number {
  return Math.log(1 + (passages - held + 0.5) / (held + 0.5));
}
