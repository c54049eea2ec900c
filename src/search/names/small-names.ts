import { PARTICLES } from './author-keys.ts';

/** Names as people type them: "carbone dp", "van der berg j", "garcia lopez m". */
const WORD = /^\p{Ll}[\p{Ll}'’-]{1,40},?$/u;
const INITIALS = /^(?:\p{Ll}{1,2}|(?:\p{Ll}\.-?){1,3})$/u;
/** What stands behind a word and is no initial, and what is no family name. */
const NO_NAMES = new Set(
  'an as at be by he if in is it me my no of on or so to up us we ii iv vi ix i and for from the with not'.split(
    ' ',
  ),
);
const MOST_FAMILY_WORDS = 2;

/**
 * Whether whole, a name with initials. `isTopic`: other words stand beside it, so that less counts as a name.
 */
export function isSmallName(written: string, { isTopic = false }: { isTopic?: boolean } = {}): boolean {
  const words = written.split(' ');
  if (!endsInSmallInitials(words)) return false;
  if (!isTopic) return true;
  // "smoking a risk"; "deep sleep smith j"
  return words.at(-1) !== 'a' && countNames(words.slice(0, -1)) === 1;
}

export function endsInSmallInitials(words: readonly string[]): boolean {
  const last = words.at(-1) ?? '';
  return INITIALS.test(last) && !NO_NAMES.has(last) && isSmallFamily(words.slice(0, -1));
}

/** "carbone", "de la cruz", "david carbone" */
export function isSmallFamily(words: readonly string[]): boolean {
  const names = countNames(words);
  const isWhole = !PARTICLES.has(words.at(-1) ?? '');
  const isSmall = words.every((word) => WORD.test(word) && !NO_NAMES.has(word));
  return isSmall && isWhole && names >= 1 && names <= MOST_FAMILY_WORDS;
}

function countNames(words: readonly string[]): number {
  return words.filter((word) => !PARTICLES.has(word)).length;
}
