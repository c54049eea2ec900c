import { isAscii } from '../words/fold-text.ts';

/** Nothing is to be folded but the case: most names are so. */
const PLAIN = /^(?:[A-Za-z0-9]+(?: [A-Za-z0-9]+)*)?$/;
/** Letters that no decomposition takes apart. */
const WHOLE = new Map(
  Object.entries({ ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', đ: 'd', ð: 'd', þ: 'th', ł: 'l', ı: 'i', ħ: 'h' }),
);

/** How letters are written where they are missing. */
const TWO_LETTERS = new Map(
  Object.entries({
    ä: 'ae',
    ö: 'oe',
    ü: 'ue',
    ø: 'oe',
    å: 'aa',
    Ä: 'Ae',
    Ö: 'Oe',
    Ü: 'Ue',
    Ø: 'Oe',
    Å: 'Aa',
  }),
);

/** Two letters for one between consonants; "Suen" and "Chuen" are names of their own. */
const TWO = /(?<=[bdfghjklmnprstvwz])([aou])e(?=[bcdfghjklmnpqrstvwxz])(?!n(?![a-z]))/gi;

/**
 * A name, and where it has such letters also with two for each: "Müller" is "Mueller" as well, and who is
 * written "Mueller" is found as "Muller", too.
 */
export function listSpellings(name: string): string[] {
  const joined = name.replaceAll(TWO, '$1');
  if (isAscii(name)) return joined === name ? [name] : [name, joined];
  const composed = name.normalize('NFKC');
  const spelt = composed.replaceAll(/[äöüøåÄÖÜØÅ]/gu, (letter) => TWO_LETTERS.get(letter) ?? letter);
  return [...new Set([name, spelt, joined])];
}

/**
 * The form in which names of people and groups are compared: lower case, without accents, apostrophes and
 * full stops, every other sign a blank: "Müller-Schmidt" and "muller schmidt", "O’Brien" and "obrien" are
 * one.
 */
export function foldName(name: string): string {
  if (PLAIN.test(name)) return name.toLowerCase();
  return name
    .normalize('NFKD')
    .replaceAll(/[\p{M}'’`´ʼ.]/gu, '')
    .toLowerCase()
    .replaceAll(/[ßæœøđðþłıħ]/gu, (letter) => WHOLE.get(letter) ?? letter)
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
