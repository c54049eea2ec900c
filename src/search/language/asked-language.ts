import { francAll } from 'franc-min';
import { nameLanguage, toLanguageKey } from '../language-codes.ts';
import { isBoundIn } from './function-words.ts';

/** A language that a question seems to be asked in. */
export interface AskedLanguage {
  /** As records name it: "ger". */
  code: string;
  /** In English: "German". */
  name: string;
}

/**
 * Told apart where the script is Latin. More languages tell more wrongly: with Romanian and Turkish the words
 * of English titles are theirs.
 */
const LATIN = ['eng', 'deu', 'fra', 'spa', 'ita', 'por', 'nld', 'pol'];
/** How much closer than English, of 0 … 1, a language of Latin script must be. */
const LEAD = 0.2;
/** Names of species and genes are no sentence in any language. */
const LEAST_WORDS = 3;
/** Of the question's words: English ones are stored somewhere. */
const LEAST_UNKNOWN = 0.25;
const LEAST_CHARACTERS = 2;
/** What was typed without thought is no language: "zxcv". */
const UNSPEAKABLE = /^[b-df-hj-np-tv-xz]{4,}$/;
/** Latin that English texts use. */
const TERMS = /\b(?:de novo|(?:in|ex) vivo|in (?:vitro|situ|utero|silico)|post mortem|et al)\b/gi;

/**
 * The language of a question that is not in English, where its letters, its function words and the words
 * that no stored text holds all say so; `null`: English, or it cannot be told. None of 6,478 questions and
 * titles in English is taken for another language (docs/decisions/0012-language-of-a-question.md).
 */
export function readLanguage(
  question: string,
  { asked, unknown }: { asked: number; unknown: number },
): AskedLanguage | null {
  if (unknown === 0 || unknown < asked * LEAST_UNKNOWN) return null;
  const found = isLatin(question) ? findLatin(question) : findByScript(question);
  if (found === null) return null;
  const code = toLanguageKey(found);
  const name = nameLanguage(code);
  return name === null ? null : { code, name };
}

function isLatin(question: string): boolean {
  const letters = question.match(/\p{L}/gu) ?? [];
  return letters.filter((letter) => /\p{Script=Latin}/u.test(letter)).length * 2 >= letters.length;
}

function findLatin(question: string): string | null {
  const words = question.replaceAll(TERMS, ' ').match(/\p{L}{2,}/gu) ?? [];
  if (words.length < LEAST_WORDS || words.some((word) => UNSPEAKABLE.test(word))) return null;
  const scores = francAll(words.join(' '), { only: LATIN, minLength: LEAST_CHARACTERS });
  const english = scores.find(([code]) => code === 'eng')?.[1] ?? 0;
  const [best] = scores;
  if (best === undefined || best[0] === 'und') return null;
  return best[1] - english > LEAD && isBoundIn(best[0], question) ? best[0] : null;
}

function findByScript(question: string): string | null {
  const [best] = francAll(question, { minLength: LEAST_CHARACTERS });
  return best === undefined || best[0] === 'und' || best[0] === 'eng' ? null : best[0];
}
