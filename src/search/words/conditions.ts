import { ANALYZER } from './analyzer.ts';
import { toReadings } from './asked-words.ts';
import { type Atom, readAtoms } from './atoms.ts';
import { foldText } from './fold-text.ts';
import { findGenera, listOtherTokens } from './other-names.ts';
import type { Question } from './question.ts';
import { type ReadToken, toAskedOnes, toCompounds, toRuns, toToken } from './tokens.ts';

/**
 * What a question says that papers have to hold, or must not hold, of the words of their passages
 * (`toPassageWords`).
 */
export interface Conditions {
  /** Each phrase stands in one of the passages. */
  holdsPhrases(passages: readonly string[]): boolean;
  /** Something excluded stands in one of the passages. */
  holdsExcluded(passages: readonly string[]): boolean;
  readonly hasExcluded: boolean;
}

/** `null` where the question sets none. `analyzer`: of the index of the passages, not the first one. */
export function toConditions(
  { phrases, excluded }: Pick<Question, 'phrases' | 'excluded'>,
  analyzer = ANALYZER,
): Conditions | null {
  if (phrases.length === 0 && excluded.length === 0) return null;
  const readings = toReadings(analyzer);
  const toEither = (phrase: string) => {
    const tests = readings.map((read) => toTest(phrase, read));
    return (tokens: readonly string[]) => tests.some((holds) => holds(tokens));
  };
  const wanted = phrases.map(toEither);
  const unwanted = excluded.map(toEither);
  const read = (passages: readonly string[]) => passages.map((words) => words.split(' '));
  return {
    holdsPhrases(passages) {
      const each = read(passages);
      return wanted.every((holds) => each.some(holds));
    },
    holdsExcluded(passages) {
      const each = read(passages);
      return unwanted.some((holds) => each.some(holds));
    },
    hasExcluded: unwanted.length > 0,
  };
}

/**
 * One word stands there as it is. Of several the letters count, wherever they are parted: "T-cell
 * receptor" is in a text that writes "T cell receptors".
 */
function toTest(phrase: string, read: ReadToken): (tokens: readonly string[]) => boolean {
  const folded = foldText(phrase);
  const atoms = readAtoms(folded);
  const pieces = atoms.map(({ text }) => read(text));
  // Of "SNPs", whose s no stemmer takes off.
  const ones = atoms.map((atom, at) => toAskedOnes(atom)[0] ?? pieces[at] ?? '');
  const ways = [...new Set([pieces.join(''), ones.join(''), ...spellGenera(folded, atoms, pieces)])];
  // "hepatitis B" of "hepatitis A and B"
  const [whole] = toRuns(atoms).length === 1 ? toCompounds(atoms, read) : [];
  const [first] = atoms;
  if (atoms.length === 1 && first !== undefined) {
    const names = [...ways, ...listOtherTokens(folded, first, undefined)];
    return (tokens) => names.some((name) => tokens.includes(name));
  }
  return (tokens) =>
    (whole !== undefined && tokens.includes(whole)) ||
    tokens.some((_, at) => ways.some((way) => isJoinedAt(tokens, at, way)));
}

/** "Escherichia coli" for "E. coli", which some texts write in full alone. */
function spellGenera(folded: string, atoms: readonly Atom[], pieces: readonly string[]): string[] {
  return atoms.flatMap((atom, at) =>
    findGenera(folded, atom, atoms[at - 1]).map((genus) => pieces.with(at - 1, toToken(genus)).join('')),
  );
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
