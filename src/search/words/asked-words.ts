import { ANALYZER, SECOND_ANALYZER } from './analyzer.ts';
import { type Atom, hasDigit, readAtoms } from './atoms.ts';
import { foldText, isGreekName } from './fold-text.ts';
import { findGenera } from './genera.ts';
import { SHORT_NAME } from './glue.ts';
import { findLongName } from './names-apart.ts';
import { isRoman } from './numerals.ts';
import { isSignOfTwoWords, listOtherTokens } from './other-names.ts';
import { joinNames, spellOutAsked } from './spell-out-asked.ts';
import { isStopWord } from './stop-words.ts';
import {
  type ReadToken,
  toAskedOnes,
  toCompounds,
  toNames,
  toRuns,
  toSecondToken,
  toToken,
} from './tokens.ts';

/** One thing that a question asks for: a word, or a name of several pieces. */
export interface AskedWord {
  /** As the question writes it, in the form of `foldText`. */
  asked: string;
  /** The tokens that stand for it, the most telling first; at least one. */
  tokens: string[];
}

/** "IL 6" is a name; what an ordinary word of so few letters ("day 7") stands for is asked for too. */
const SHORT_CODE = 3;
const ORDINARY = new Set(
  'age aged day days week low dose mice rat rats man men cat dog pig use used new old mg ml kg'.split(' '),
);
/** What people write between words for PubMed. */
const OPERATORS = new Set(['AND', 'OR', 'NOT']);

/**
 * What `question` asks for, each once, in order. Stop words are left out, so that a question of nothing
 * else ("to be or not to be") still asks for them; a word in capitals among others is a name ("WHO",
 * "IT") and stays. `analyzer`: of the index that is asked.
 */
export function toAskedWords(question: string, analyzer = ANALYZER): AskedWord[] {
  const readings = toReadings(analyzer);
  const folded = joinNames(foldText(question));
  const spelled = spellOutAsked(folded);
  const written = readWords(folded, readings);
  const all = spelled === folded ? written : alsoAsWritten(readWords(spelled, readings), written);
  const known = new Set<string>();
  return all.flatMap((word) => {
    const tokens = [...new Set(word.tokens)].filter((token) => !known.has(token));
    for (const token of tokens) known.add(token);
    return tokens.length === 0 ? [] : [{ ...word, tokens }];
  });
}

function readWords(folded: string, readings: readonly ReadToken[]): AskedWord[] {
  const atoms = readAtoms(folded);
  const isShouted = atoms.every(({ asWritten }) => asWritten === asWritten.toUpperCase());
  const others = readOthers(folded, atoms);
  const asked = toRuns(atoms).flatMap((run) => {
    const [first] = run;
    if (first !== undefined && others.initials.has(first)) return [];
    return toAsked(run, { isShouted, readings }).map(({ asked, tokens }) => {
      return { asked, tokens: [...tokens, ...run.flatMap((atom) => others.names.get(atom) ?? [])] };
    });
  });
  if (asked.length > 0) return asked;
  return atoms.map(({ text, asWritten }) => ({
    asked: asWritten,
    tokens: readings.map((read) => read(text)),
  }));
}

/**
 * What else each atom is called, and the first letters of genera ("E. coli", "Staph. aureus"), which are no
 * words. A text on "sodium chloride" holds NaCl: one on sodium alone does not. Beside "tumor necrosis factor
 * alpha" TNF-alpha is asked for.
 */
function readOthers(
  folded: string,
  atoms: readonly Atom[],
): { names: Map<Atom, string[]>; initials: Set<Atom> } {
  const names = new Map<Atom, string[]>();
  const initials = new Set<Atom>();
  for (const [at, atom] of atoms.entries()) {
    const long = findLongName(folded, atoms, at);
    const short = long === null ? null : toWholeOf(long.short);
    if (short !== null) names.set(atom, [short]);
    if (atom.word.other === null) continue;
    const before = atoms[at - 1];
    const genera = findGenera(folded, atom, before);
    const others = isSignOfTwoWords(atom.text) ? [] : listOtherTokens(folded, atom, before);
    names.set(atom, [...others, ...genera.map(toToken)]);
    if (before !== undefined && genera.length > 0) initials.add(before);
  }
  return { names, initials };
}

/** "tnfa" of "TNF-alpha"; `null`: it is one word. */
export function toWholeOf(name: string): string | null {
  const [run = []] = toNames(readAtoms(name));
  return toCompounds(run)[0] ?? null;
}

/**
 * Names of a list in full, each with what stands for it where a text writes the same list: "complex III" is
 * held by "complexes I and III" as well. Nothing that was written is lost.
 */
function alsoAsWritten(spelled: readonly AskedWord[], written: readonly AskedWord[]): AskedWord[] {
  const all = spelled.map((word) => ({ ...word, tokens: [...word.tokens] }));
  for (const word of written) {
    const same = all.find(({ asked }) => toLastPiece(asked) === toLastPiece(word.asked));
    if (same === undefined) all.push({ ...word, tokens: [...word.tokens] });
    else same.tokens.push(...word.tokens);
  }
  return all;
}

/** "III" of "complex III", "3" of "Smad3", "F" of "IL-17F", "2C19" of "CYP2C19". */
function toLastPiece(asked: string): string {
  const last = asked.split(/[ -]/).at(-1) ?? asked;
  const [, number, letter, member] =
    /^(?:\p{L}+(\d+)|\p{L}*\d+(\p{L})|\p{L}+(\d+\p{L}\d+))$/u.exec(last) ?? [];
  return number ?? letter ?? member ?? last;
}

/** All that is asked for, with blanks between. */
export function joinTokens(asked: readonly AskedWord[]): string {
  return asked.flatMap(({ tokens }) => tokens).join(' ');
}

/** How words are read that an index of `analyzer` holds, not the first one: today's way always among them. */
export function toReadings(analyzer: number): ReadToken[] {
  return analyzer === SECOND_ANALYZER ? [toToken, toSecondToken] : [toToken];
}

interface Reading {
  isShouted: boolean;
  readings: readonly ReadToken[];
}

function toAsked(run: readonly Atom[], { isShouted, readings }: Reading): AskedWord[] {
  const [first] = run;
  if (first === undefined) return [];
  if (run.length === 1) {
    const tokens = [...readings.map((read) => read(first.text)), ...toAskedOnes(first)];
    return isCounting(first, isShouted) ? [toWord([first], tokens)] : [];
  }
  const telling = isCode(run) ? listTelling(run) : run.filter((atom) => isPart(atom, isShouted));
  const compounds = readings.flatMap((read) => toCompounds(run, read));
  const pieces = readings.flatMap((read) => telling.map(({ text }) => read(text)));
  return [toWord(run, [...compounds, ...pieces])];
}

function toWord(run: readonly Atom[], tokens: string[]): AskedWord {
  const asked = run
    .map(({ asWritten, glue }, at) => (at === 0 ? '' : glue === 'loose' ? ' ' : '-') + asWritten)
    .join('');
  return { asked, tokens };
}

function isCounting({ text, asWritten }: Atom, isShouted: boolean): boolean {
  if (!isStopWord(text)) return true;
  return !isShouted && text.length > 1 && asWritten === asWritten.toUpperCase() && !OPERATORS.has(asWritten);
}

/**
 * A piece that is asked for beside the whole: no sign, number or Greek letter, which mean nothing alone.
 */
function isPart(atom: Atom, isShouted: boolean): boolean {
  const { text } = atom;
  if (text.length < 2 || isGreekName(text) || !isCounting(atom, isShouted)) return false;
  return /\p{L}/u.test(text) && !(atom.glue === 'loose' && (hasDigit(text) || isRoman(text)));
}

/** "V600E", "F508del" */
const MUTATION = /^[a-z]\d{2,4}(?:[a-z]|del)$/;

/** "CYP2C19" of "CYP2C19*2", "p16" of "p16INK4a"; but no "Nav1" of "Nav1.7". */
const GENE_OF_FAMILY = /^(?:[a-z]{3,4}\d[a-z]\d|p\d\d$)/;
/** "O157" of "O157:H7" */
const SEROGROUP = /^o\d{2,3}$/;

/**
 * The pieces of a code that mean the same by themselves: "FDG" in "18F-FDG", both genes of
 * "BCR-ABL1", gene and mutation of "EGFR-L858R"; none where a number of its own tells the name
 * apart from others ("SARS-CoV-2").
 */
function listTelling(run: readonly Atom[]): Atom[] {
  const isTelling = ({ text }: Atom) =>
    MUTATION.test(text) || SEROGROUP.test(text) || (/^\p{L}{3}/u.test(text) && !isGreekName(text));
  const telling = run.filter(isTelling);
  const [first] = run;
  const isLabelled = [/^\d/, GENE_OF_FAMILY, SEROGROUP].some((label) => label.test(first?.text ?? ''));
  const isPair = telling.length > 1 && telling.length === run.length;
  return isLabelled || isPair ? telling : [];
}

const NAME_AND_NUMBER = /^[a-z]+\d/;
const WORD = /^[a-z]{4,}$/;

/** "phase" of "G1-phase", "virus" of "H5N1-virus" */
function isWordBehindName({ text, glue }: Atom, before: Atom | undefined): boolean {
  const isWord = glue === 'tight' && WORD.test(text) && !isGreekName(text);
  return isWord && before !== undefined && NAME_AND_NUMBER.test(before.text);
}

/** "IL-6", "COVID-19": short pieces with a digit. Its letters alone would find IL-10. */
function isCode(run: readonly Atom[]): boolean {
  return (
    run.some(({ text }) => hasDigit(text)) &&
    !run.some((atom, at) => isWordBehindName(atom, run[at - 1])) &&
    run.every(({ text }, at) => {
      if (hasDigit(text)) return true;
      const isLoose = run[at + 1]?.glue === 'loose';
      return isLoose ? text.length <= SHORT_CODE && !ORDINARY.has(text) : text.length <= SHORT_NAME;
    })
  );
}
