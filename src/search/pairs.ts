import { ANALYZER } from './words/analyzer.ts';
import { toReadings } from './words/asked-words.ts';
import { toAtoms } from './words/atoms.ts';
import { isGreekName } from './words/fold-text.ts';
import { isStopWord } from './words/stop-words.ts';
import { toCompounds } from './words/tokens.ts';

/**
 * Counts, in the words of a passage (`toPassageWords`), which neighbouring words of a question are
 * neighbours there too, in that order, or one name with its letter or number: 0 where none is, towards 1
 * where each is again and again. Stop words of the question are passed over. `analyzer`: of the index of the
 * passages, whose words are asked for beside today's.
 */
export function readPairs(question: string, analyzer = ANALYZER): (words: string | null) => number {
  const atoms = toAtoms(question).filter(({ text }) => !isStopWord(text));
  const readings = toReadings(analyzer);
  const pairs = new Map<string, Set<string>>();
  for (const [at, second] of atoms.slice(1).entries()) {
    const first = atoms[at] ?? second;
    // "hepatitis B" of "hepatitis A and B"; longer words as one name ("preschool") cost MED 0.005 of nDCG@10,
    // and the other name that a Greek letter makes ("IFNG" of "interferon-gamma") cost SciFact 0.001.
    const isWhole = second.glue !== null && second.word.isSign && !isGreekName(second.text);
    const wholes = isWhole ? readings.flatMap((read) => toCompounds([first, second], read)) : [];
    const ways = readings.map((read) => `${read(first.text)} ${read(second.text)}`);
    pairs.set(ways[0] ?? '', new Set([...ways, ...wholes].map((way) => ` ${way} `)));
  }
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
