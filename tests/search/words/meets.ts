import { toAskedWords } from '../../../src/search/words/asked-words.ts';
import { toPassageWords } from '../../../src/search/words/passage-words.ts';

/** Whether a text holds one of the tokens of each thing that the question asks for. */
export function meets(question: string, text: string): boolean {
  const held = readTokens(text);
  return toAskedWords(question).every(({ tokens }) => tokens.some((token) => held.has(token)));
}

/** The same of the most telling token of each: a text on "hepatitis B" holds no part of "hepatitis A" so. */
export function holdsWhole(question: string, text: string): boolean {
  const held = readTokens(text);
  return toAskedWords(question).every(({ tokens: [whole = ''] }) => held.has(whole));
}

function readTokens(text: string): Set<string> {
  return new Set(toPassageWords('', { section: null, text }).split(' '));
}
