import { toEnglishStem } from './english-stem.ts';

/** Longer runs of letters and digits are sequences, which nobody asks for by their end. */
const LONGEST_WORD = 100;
/** About 5 MB; texts of one field repeat their words. */
const MOST_REMEMBERED = 50_000;
/** Letters that no decomposition takes apart. */
const FOLDED = new Map(
  Object.entries({ ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', đ: 'd', ð: 'd', þ: 'th', ł: 'l', ı: 'i', ħ: 'h' }),
);
const WORD = /[\p{L}\p{N}\p{M}]+/gu;
const UNFOLDED = /[ßæœøđðþłıħ]/gu;
const remembered = new Map<string, string>();

/**
 * The words of `text` as a search server indexes them that splits at white space and does nothing else: runs
 * of letters and digits, in lower case, without accents, by their English stem.
 */
export function toIndexWords(text: string): string[] {
  return (text.normalize('NFC').match(WORD) ?? []).map(toIndexWord).filter((word) => word !== '');
}

/** One word of `toQueryWords` or of a text, as it stands in the index. */
export function toIndexWord(word: string): string {
  const known = remembered.get(word);
  if (known !== undefined) return known;
  if (remembered.size >= MOST_REMEMBERED) remembered.clear();
  const indexed = toEnglishStem(toFolded(word).slice(0, LONGEST_WORD));
  if (word.length <= LONGEST_WORD) remembered.set(word, indexed);
  return indexed;
}

function toFolded(word: string): string {
  const lower = word.toLowerCase().normalize('NFKD').replaceAll(/\p{M}/gu, '');
  return lower.replaceAll(UNFOLDED, (letter) => FOLDED.get(letter) ?? letter);
}
