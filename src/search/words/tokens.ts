import { stem } from 'porter2';
import { toAmerican } from './american.ts';
import type { Atom } from './atoms.ts';
import { LATIN_FOR_GREEK } from './fold-text.ts';
import { SHORT_NAME } from './glue.ts';
import { toUsualIsotope } from './isotopes.ts';
import { toCompoundPiece } from './numerals.ts';
import { toUsualName } from './other-names.ts';
import { toSingular } from './singular.ts';
import { toUsualSpelling } from './spellings.ts';
import { joinUmlauts } from './umlauts.ts';

/** Longer runs of letters and digits are sequences, which nobody asks for by their end. */
const LONGEST_TOKEN = 100;
/** About 5 MB; texts of one field repeat their words. */
const MOST_REMEMBERED = 50_000;
/** Atoms of one compound; what is longer is no name. */
const MOST_PIECES = 6;
const HYDROXYVITAMIN_D = /^25(oh|(?:di)?hydroxy)(?:vitamin)?(d[23]?)?$/;
const ENGLISH = /^[a-z]+$/;
const remembered = new Map<string, string>();

/** How a word in lower case, or several joined, become a token. */
export type ReadToken = (word: string) => string;

/** As an index of the second analyzer has it. */
export function toSecondToken(word: string): string {
  return ENGLISH.test(word) ? stem(toAmerican(word.slice(0, LONGEST_TOKEN))) : word.slice(0, LONGEST_TOKEN);
}

/** A word as it stands in the index: one spelling, the singular, and of that the stem (Porter 2). */
export function toToken(word: string): string {
  const known = remembered.get(word);
  if (known !== undefined) return known;
  if (remembered.size >= MOST_REMEMBERED) remembered.clear();
  const token = makeToken(word);
  if (word.length <= LONGEST_TOKEN) remembered.set(word, token);
  return token;
}

/** The same, for who remembers it. */
export function makeToken(word: string): string {
  const cut = word.slice(0, LONGEST_TOKEN);
  return ENGLISH.test(word) ? joinUmlauts(stem(toSingular(toUsualSpelling(cut)))) : toUsualIsotope(cut);
}

/** "SNPs", "hPSCs" */
const SEVERAL = /^[a-z]?[A-Z]{2,}\d?s$/;
/** In a question without capitals; "LPS" and "CNS" end in an s of their own, and are shorter. */
const MAY_BE_SEVERAL = /^[b-df-hj-np-tv-z]{3,}s$/;

/** What "SNPs" are several of, where no stemmer sees it; `[]`: it is one. */
export function toOnes({ text, asWritten }: Pick<Atom, 'text' | 'asWritten'>): string[] {
  return SEVERAL.test(asWritten) ? [text.slice(0, -1)] : [];
}

/** As `toOnes`, for a word of a question. */
export function toAskedOnes(atom: Pick<Atom, 'text' | 'asWritten'>): string[] {
  return MAY_BE_SEVERAL.test(atom.asWritten) ? [atom.text.slice(0, -1)] : toOnes(atom);
}

/** Shorter ones are words of their own: "ERα" is no "era". */
const SHORTEST_SYMBOL = 4;
/** Shorter pieces are signs of names. */
const SHORTEST_SPELLED = 5;

/**
 * Atoms that hang together, as one token: "IL-6", "IL6" and "IL 6" are `il6`, "follow-up" is as
 * "followup". A Greek letter behind a short name is its Latin one: "IL-1β", "IL-1b" and "IL1B" are
 * `il1b`. Where the last piece is a sign of a name ("vitamin E") there is no ending to take off.
 */
export function toCompound(atoms: readonly Pick<Atom, 'text'>[], read: ReadToken): string {
  const pieces = atoms.map((atom, at) => toCompoundPiece(atom, atoms[at - 1], atoms[at + 1], atoms[at + 2]));
  const symbol = toSymbol(pieces);
  if (symbol !== null) return symbol;
  const written = pieces.join('');
  const usual = toUsualName(toShortVitaminD(written));
  if (usual !== written) return read(usual);
  const isName = (atoms.at(-1)?.text.length ?? 0) < 2;
  const isSpelled = pieces.some(({ length }) => length >= SHORTEST_SPELLED) && (isName || hasDigit(written));
  const spelled = isSpelled ? pieces.map(toSpelledPiece).join('').slice(0, LONGEST_TOKEN) : written;
  return isName && ENGLISH.test(spelled) ? spelled : read(spelled);
}

function hasDigit(text: string): boolean {
  return /\d/.test(text);
}

/** What no stem of the whole does that has a number or a letter: "17beta-oestradiol", "beta2-agonists". */
function toSpelledPiece(piece: string, at: number, pieces: readonly string[]): string {
  if (piece.length < SHORTEST_SPELLED || !ENGLISH.test(piece)) return piece;
  const isLast = at > 0 && at === pieces.length - 1;
  return isLast ? toToken(piece) : toSingular(toUsualSpelling(piece));
}

/** "25-hydroxyvitamin D" is 25-OH-D, and "1,25-dihydroxyvitamin D3" 1,25-(OH)2D3. */
function toShortVitaminD(joined: string): string {
  const [, group, letter = ''] = HYDROXYVITAMIN_D.exec(joined) ?? [];
  if (group === undefined) return joined;
  return `25oh${group.startsWith('di') ? '2' : ''}${letter}`;
}

/** `null` where no Greek letter stands behind a short name. */
function toSymbol([name = '', ...rest]: readonly string[]): string | null {
  if (name.length > SHORT_NAME || LATIN_FOR_GREEK.has(name) || !/^[a-z]/.test(name)) return null;
  const letters = rest.map((piece) => LATIN_FOR_GREEK.get(piece));
  if (letters.every((letter) => letter === undefined)) return null;
  const symbol = name + rest.map((piece, at) => letters[at] ?? piece).join('');
  return symbol.length < SHORTEST_SYMBOL ? null : symbol.slice(0, LONGEST_TOKEN);
}

/** Runs of atoms that hang together; an atom of its own is a run of one. */
export function toRuns(atoms: readonly Atom[]): Atom[][] {
  const runs: Atom[][] = [];
  for (const atom of atoms) {
    const run = runs.at(-1);
    if (atom.glue === null || run === undefined) runs.push([atom]);
    else run.push(atom);
  }
  return runs;
}

/** The runs of more than one. */
export function toNames(atoms: readonly Atom[]): Atom[][] {
  const names: Atom[][] = [];
  for (let at = 1, from = 0; at <= atoms.length; at++) {
    const glue = atoms[at]?.glue ?? null;
    if (glue !== null) continue;
    if (at - from > 1) names.push(atoms.slice(from, at));
    from = at;
  }
  return names;
}

/**
 * The tokens that stand for a run as a whole: all of it, what hyphens alone hold together ("5-HT(1A)" in "saw
 * 5-HT(1A)"), and each two neighbours.
 */
export function toCompounds(run: readonly Atom[], read: ReadToken = toToken): string[] {
  if (run.length < 2) return [];
  const pairs = run.slice(1).map((atom, at) => toCompound([run[at] ?? atom, atom], read));
  const longer = run.length > 2 ? [run, ...toTight(run)] : [];
  const whole = longer.filter(({ length }) => length <= MOST_PIECES).map((atoms) => toCompound(atoms, read));
  return [...whole, ...pairs];
}

/** Runs of more than two atoms between blanks, but for the whole run itself. */
function toTight(run: readonly Atom[]): Atom[][] {
  if (run.every(({ glue }, at) => at === 0 || glue === 'tight')) return [];
  const pieces: Atom[][] = [];
  for (const [at, atom] of run.entries()) {
    if (at === 0 || atom.glue === 'loose') pieces.push([atom]);
    else pieces.at(-1)?.push(atom);
  }
  return pieces.filter(({ length }) => length > 2);
}
