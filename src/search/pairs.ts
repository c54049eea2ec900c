import { ANALYZER } from './words/analyzer.ts';
import { toReadings } from './words/asked-words.ts';
import { toAtoms } from './words/atoms.ts';
import { isStopWord } from './words/stop-words.ts';

/**
 * Counts, in the words of a passage (`toPassageWords`), which neighbouring words of a question are
 * neighbours there too, in that order: 0 where none is, towards 1 where each is again and again. Stop
 * words of the question are passed over. `analyzer`: of the index of the passages, whose words are asked for
 * beside today's.
 */
export function readPairs(question: string, analyzer = ANALYZER): (words: string | null) => number {
  const atoms = toAtoms(question).filter(({ text }) => !isStopWord(text));
  const ways = toReadings(analyzer).map((read) => atoms.map(({ text }) => read(text)));
  const [today = []] = ways;
  const toPair = (tokens: readonly string[], at: number) => ` ${tokens[at]} ${tokens[at + 1]} `;
  const pairs = new Map(
    today.slice(1).map((_, at) => [toPair(today, at), new Set(ways.map((tokens) => toPair(tokens, at)))]),
  );
  return (words) => {
    if (words === null || pairs.size === 0) return 0;
    const padded = ` ${words} `;
    let sum = 0;
    for (const pair of pairs.values()) {
      const times = Math.max(...Array.from(pair, (either) => countIn(padded, either)));
      sum += times / (times + 1);
    }
    return sum / pairs.size;
  };
}

function countIn(text: string, piece: string): number {
  let times = 0;
  for (let at = text.indexOf(piece); at !== -1; at = text.indexOf(piece, at + 1)) times++;
  return times;
}
