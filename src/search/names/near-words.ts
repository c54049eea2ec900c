import type { CallOptions } from '../../domain/call-options.ts';
import { countEdits } from '../../errors/nearest-name.ts';
import type { ChunkHit, Membership, SearchIndex } from '../search-index.ts';
import { toPieces } from './nearest-names.ts';

/** By the word of the question, the one of the corpus that it most likely means. */
export type NearWords = ReadonlyMap<string, string>;

/** Names with digits differ by a sign and are others: BRCA1 and BRCA2. */
const WORD = /^\p{L}{5,40}$/u;
const WORDS = /\p{L}{5,40}/gu;
/** Titles hold most names; of so many hits the text is read too. */
const MOST_TEXTS = 50;
const MOST_WORDS = 3;

/**
 * What a misspelt drug, gene or topic means among what the other words, and the meaning, found. Nothing is
 * read where every word is known.
 */
export async function findNearAmong(
  index: Pick<SearchIndex, 'readShown'>,
  { unknown, hits }: { unknown: readonly string[]; hits: readonly Pick<ChunkHit, 'facts' | 'chunkId'>[] },
  options: CallOptions,
): Promise<NearWords> {
  const words = readWords(unknown);
  if (words.length === 0 || hits.length === 0) return new Map();
  const chunkIds = hits.slice(0, MOST_TEXTS).map(({ chunkId }) => chunkId);
  const shown = await index.readShown(chunkIds, options);
  const counts = new Map<string, number>();
  for (const { facts, chunkId } of hits)
    countWords(`${facts.title} ${shown.get(chunkId)?.text ?? ''}`, 1, counts);
  return toNearWords(words, counts);
}

/** The same among the MeSH headings, for which the index has to be read: where nothing answers. */
export async function findNearHeadings(
  index: Pick<SearchIndex, 'countNames'>,
  { unknown, membership }: { unknown: readonly string[]; membership: Membership },
  options: CallOptions,
): Promise<NearWords> {
  const words = readWords(unknown);
  if (words.length === 0) return new Map();
  const pieces = words.flatMap((word) => toPieces('mesh', word));
  const counts = new Map<string, number>();
  for (const [name, documents] of await index.countNames(
    { kind: 'mesh', pieces: pieces, membership },
    options,
  ))
    countWords(name, documents, counts);
  return toNearWords(words, counts);
}

function readWords(unknown: readonly string[]): string[] {
  return unknown.filter((word) => WORD.test(word)).slice(0, MOST_WORDS);
}

function toNearWords(words: readonly string[], counts: ReadonlyMap<string, number>): NearWords {
  const near = words.map((word) => [word, chooseNearWord(word, counts)] as const);
  return new Map(near.filter((entry): entry is readonly [string, string] => entry[1] !== null));
}

/**
 * The one of `counts` that the fewest edits make of `word`, of several the most frequent; `null`: none is
 * near.
 */
export function chooseNearWord(word: string, counts: ReadonlyMap<string, number>): string | null {
  const wanted = word.toLowerCase();
  const most = wanted.length < 8 ? 1 : wanted.length < 12 ? 2 : 3;
  const letters = toLetters(wanted);
  let best: { near: string; edits: number; count: number } | null = null;
  for (const [near, count] of counts) {
    // Who mistypes a name seldom mistypes its first letter.
    const allowed = near.startsWith(wanted.charAt(0)) ? most : 1;
    if (Math.abs(near.length - wanted.length) > allowed) continue;
    if (countOthers(letters, toLetters(near)) > allowed) continue;
    const edits = countEdits(wanted, near);
    if (edits === 0 || edits > allowed) continue;
    if (best === null || edits < best.edits || (edits === best.edits && count > best.count))
      best = { near, edits, count };
  }
  return best?.near ?? null;
}

/** A bit for each letter that it holds; letters that no English word has share some. */
function toLetters(word: string): number {
  let letters = 0;
  for (let at = 0; at < word.length; at++) letters |= 1 << (word.charCodeAt(at) & 31);
  return letters;
}

/** Letters of one that the other lacks, on the side that has more of them: no fewer edits lie between. */
function countOthers(one: number, other: number): number {
  return Math.max(countBits(one & ~other), countBits(other & ~one));
}

function countBits(bits: number): number {
  let count = 0;
  for (let left = bits; left !== 0; left &= left - 1) count++;
  return count;
}

function countWords(text: string, times: number, counts: Map<string, number>): void {
  for (const [word] of text.normalize('NFKC').toLowerCase().matchAll(WORDS))
    counts.set(word, (counts.get(word) ?? 0) + times);
}
