import { cleanSigns } from './clean-signs.ts';
import { toLatinLetters } from './look-alikes.ts';
import { spellOut } from './spell-out.ts';

/** Letters that no decomposition takes apart. */
const FOLDED = new Map(
  Object.entries({ ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', đ: 'd', ð: 'd', þ: 'th', ł: 'l', ı: 'i', ħ: 'h' }),
);
const UNFOLDED = /[ßæœøđðþłıħ]/giu;
const GREEK_NAMES = (
  'alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon phi chi ' +
  'psi omega'
).split(' ');
/** By letter; the final sigma is one too. */
const GREEK = new Map([...'αβγδεζηθικλμνξοπρστυφχψω'].map((letter, at) => [letter, GREEK_NAMES[at] ?? '']));
GREEK.set('ς', 'sigma');
/** What texts write for a Greek letter (signs of IPA, APL and mathematics) and for the star of an allele. */
const GREEK_LIKE = new Map(
  Object.entries({ ɑ: 'α', '⍺': 'α', ꞵ: 'β', ɣ: 'γ', ɛ: 'ε', '∆': 'δ', '⍵': 'ω', '∗': '*' }),
);
const LIKE_SIGNS = /[ɑ⍺ꞵɣɛ∆⍵∗]/gu;
/** The sharp s of "TGF-ß1" is a beta; that of "Straße" and "STRAßE" stands within a word. */
const SHARP_S_FOR_BETA = /(?<!\p{Ll})ß(?!\p{L})/gu;
/** Longer runs are words of the Greek language. */
const GREEK_SIGNS = /(?<!\p{Script=Greek})\p{Script=Greek}{1,2}(?!\p{Script=Greek})/gu;
const WORD_SIGN = /[\p{L}\p{N}]/u;
const ASCII = /^[\0-\x7f]*$/;

export function isAscii(text: string): boolean {
  return ASCII.test(text);
}

/** Whether `word`, in lower case, is the name of a Greek letter. */
export function isGreekName(word: string): boolean {
  return NAMES.has(word);
}
const NAMES = new Set(GREEK_NAMES);

/**
 * By the name of a Greek letter, the Latin one that stands for it in symbols of genes
 * ("IL1B", "IFNG", "PRKCQ").
 */
export const LATIN_FOR_GREEK: ReadonlyMap<string, string> = new Map(
  Object.entries({
    alpha: 'a',
    beta: 'b',
    gamma: 'g',
    delta: 'd',
    epsilon: 'e',
    zeta: 'z',
    theta: 'q',
    kappa: 'k',
    lambda: 'l',
  }),
);

/**
 * `text` in its compatible form (NFKC: "H₂O" is "H2O", "µ" is "μ"), without accents, in its own case and in
 * Latin letters where others only look so. A Greek sign becomes its name, with a hyphen to the letters and
 * digits beside it: "TNFα" is "TNF-alpha", "γδ" is "gamma-delta". Lists of names are spelt out (`spellOut`).
 */
export function foldText(text: string): string {
  return spellOut(foldSigns(cleanSigns(text)));
}

function foldSigns(text: string): string {
  if (isAscii(text)) return text;
  const plain = toLatinLetters(text.normalize('NFKD').replaceAll(/\p{M}/gu, ''))
    .replaceAll(LIKE_SIGNS, (sign) => GREEK_LIKE.get(sign) ?? sign)
    .replaceAll(SHARP_S_FOR_BETA, 'β')
    .replaceAll(UNFOLDED, (letter) => FOLDED.get(letter.toLowerCase()) ?? letter);
  return plain.replaceAll(GREEK_SIGNS, (signs, at: number) => {
    const names = [...signs.toLowerCase()].map((sign) => GREEK.get(sign) ?? sign).join('-');
    const before = WORD_SIGN.test(plain[at - 1] ?? '') ? '-' : '';
    const after = WORD_SIGN.test(plain[at + signs.length] ?? '') ? '-' : '';
    return before + names + after;
  });
}
