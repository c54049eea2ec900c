import { toAtoms } from './atoms.ts';
import type { Question } from './question.ts';
import { toToken } from './tokens.ts';

/**
 * What a question says that papers have to hold, or must not hold, of the words of a passage
 * (`toPassageWords`).
 */
export interface Conditions {
  holdsPhrases(words: string): boolean;
  holdsExcluded(words: string): boolean;
}

/** `null` where the question sets none. */
export function toConditions({ phrases, excluded }: Question): Conditions | null {
  if (phrases.length === 0 && excluded.length === 0) return null;
  const wanted = phrases.map(toTest);
  const unwanted = excluded.map(toTest);
  const read = (test: (tokens: readonly string[]) => boolean) => (words: string) => test(words.split(' '));
  return {
    holdsPhrases: read((tokens) => wanted.every((holds) => holds(tokens))),
    holdsExcluded: read((tokens) => unwanted.some((holds) => holds(tokens))),
  };
}

/**
 * One word stands there as it is. Of several the letters count, wherever they are parted: "T-cell
 * receptor" is in a text that writes "T cell receptors".
 */
function toTest(phrase: string): (tokens: readonly string[]) => boolean {
  const parts = toAtoms(phrase).map(({ text }) => toToken(text));
  const [first = ''] = parts;
  if (parts.length === 1) return (tokens) => tokens.includes(first);
  const joined = parts.join('');
  return (tokens) => tokens.some((_, at) => isJoinedAt(tokens, at, joined));
}

function isJoinedAt(tokens: readonly string[], from: number, joined: string): boolean {
  let matched = 0;
  for (let at = from; at < tokens.length && matched < joined.length; at++) {
    const token = tokens[at] ?? '';
    if (!joined.startsWith(token, matched)) return false;
    matched += token.length;
  }
  return matched === joined.length;
}
