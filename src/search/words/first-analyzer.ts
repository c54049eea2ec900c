import { stem } from 'porter2';
import { isStopWord } from './stop-words.ts';

/** As an index of the first analyzer was built and has to be asked. Nothing new is built so. */
const LONGEST_WORD = 100;
const FOLDED = new Map(
  Object.entries({ ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', đ: 'd', ð: 'd', þ: 'th', ł: 'l', ı: 'i', ħ: 'h' }),
);
const WORD = /[\p{L}\p{N}\p{M}]+/gu;
const UNFOLDED = /[ßæœøđðþłıħ]/gu;
const GREEK = new Map(
  Object.entries({
    alpha: 'α',
    beta: 'β',
    gamma: 'γ',
    delta: 'δ',
    epsilon: 'ε',
    zeta: 'ζ',
    theta: 'θ',
    kappa: 'κ',
    lambda: 'λ',
    mu: 'μ',
    sigma: 'σ',
    omega: 'ω',
  }),
);
const GREEK_NAMES = new Map([...GREEK].map(([name, letter]) => [letter, name]));

/** The words of a text, as an index holds them whose server has no stemmer. */
export function toFirstIndexWords(text: string): string[] {
  return (text.normalize('NFC').match(WORD) ?? []).map(toFirstIndexWord).filter((word) => word !== '');
}

export function toFirstIndexWord(word: string): string {
  const plain = word.toLowerCase().normalize('NFKD').replaceAll(/\p{M}/gu, '');
  const folded = plain.replaceAll(UNFOLDED, (letter) => FOLDED.get(letter) ?? letter).slice(0, LONGEST_WORD);
  return /^[a-z]{3,}$/.test(folded) ? stem(folded) : folded;
}

/**
 * The words of a question, with a Greek letter beside its name; no stop words, unless nothing else is
 * there.
 */
export function toFirstAskedWords(question: string): string[] {
  const words = question.normalize('NFC').match(WORD) ?? [];
  const isShouted = words.every((word) => word === word.toUpperCase());
  const counting = words.filter((word) => {
    const isName = !isShouted && word.length > 1 && word === word.toUpperCase();
    return isName || !isStopWord(word.toLowerCase());
  });
  return (counting.length > 0 ? counting : words).flatMap(withGreekTwin);
}

function withGreekTwin(word: string): string[] {
  const lower = word.toLowerCase();
  const twin = GREEK.get(lower) ?? GREEK_NAMES.get(lower);
  return twin === undefined ? [word] : [word, twin];
}
