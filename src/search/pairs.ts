import { toAtoms } from './words/atoms.ts';
import { isStopWord } from './words/stop-words.ts';
import { toToken } from './words/tokens.ts';

/**
 * Counts, in the words of a passage (`toPassageWords`), which neighbouring words of a question are
 * neighbours there too, in that order: 0 where none is, towards 1 where each is again and again. Stop
 * words of the question are passed over.
 */
export function readPairs(question: string): (words: string | null) => number {
  const tokens = toAtoms(question)
    .filter(({ text }) => !isStopWord(text))
    .map(({ text }) => toToken(text));
  const pairs = [...new Set(tokens.slice(1).map((token, at) => ` ${tokens[at]} ${token} `))];
  return (words) => {
    if (words === null || pairs.length === 0) return 0;
    const padded = ` ${words} `;
    const found = pairs.map((pair) => countIn(padded, pair));
    return found.reduce((sum, times) => sum + times / (times + 1), 0) / pairs.length;
  };
}

function countIn(text: string, piece: string): number {
  let times = 0;
  for (let at = text.indexOf(piece); at !== -1; at = text.indexOf(piece, at + 1)) times++;
  return times;
}
