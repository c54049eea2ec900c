import { toWholeOf } from '../words/asked-words.ts';
import { type Atom, readAtoms } from '../words/atoms.ts';
import { listGenera } from '../words/genera.ts';
import { findLongName } from '../words/names-apart.ts';
import { isMeantSalt, isSaltOfTwo, listSame, mayBeNamed } from '../words/other-names.ts';
import { isStopWord } from '../words/stop-words.ts';
import { type ReadToken, toAskedOnes, toCompounds, toRuns } from '../words/tokens.ts';

/** A word of a phrase, or a name of several that hang together. */
export interface PhraseUnit {
  /** Its tokens, joined. */
  letters: string;
  /** The last of its tokens, and the others joined. */
  sign: string;
  base: string;
  /** What else stands for it, tokens joined. */
  others: readonly string[];
  /** The token that a text has for a name, in whatever words it writes that; `null`: it is none. */
  whole: string | null;
  /** In full and in lower case, where a species stands behind it: "escherichia". */
  genera: readonly string[];
  /** A token of a text may stand for it: see `findNamed`. */
  mayBeNamed: boolean;
}

/** "il6", "99mtc", "igg", "nfkb"; a number alone and a stop word, which most texts hold, are none. */
const MAY_BE_NAME = /[a-z]\d|\d[a-z]|^[a-z]{3,4}$/;
/** Before "like growth factor", "proliferator activated receptor" and "endothelial growth factor". */
const BEFORE_LONG = new Set(['insulin', 'peroxisome', 'vascular']);

/** The words and names of a phrase in the form of `foldText`, in order. */
export function toPhraseUnits(folded: string, read: ReadToken): PhraseUnit[] {
  const atoms = readAtoms(folded);
  const units: PhraseUnit[] = [];
  let from = 0;
  for (let at = 0; at < atoms.length; at++) {
    const long = findLongName(folded, atoms, at);
    if (long === null || long.from < from) continue;
    const begin = BEFORE_LONG.has(atoms[long.from - 1]?.text ?? '') ? long.from - 1 : long.from;
    units.push(...toShortUnits(atoms, from, begin, read));
    units.push(toNameUnit(atoms.slice(begin, long.to), toWholeOf(long.short), read));
    from = long.to;
  }
  return [...units, ...toShortUnits(atoms, from, atoms.length, read)];
}

/** Of the atoms before `to` from `from` on. */
function toShortUnits(atoms: readonly Atom[], from: number, to: number, read: ReadToken): PhraseUnit[] {
  const units: PhraseUnit[] = [];
  let at = from;
  for (const run of toRuns(atoms.slice(from, to))) {
    const [first, before] = [run[0], atoms[at - 1]];
    at += run.length;
    if (first === undefined) continue;
    if (run.length > 1) units.push(toNameUnit(run, toCompounds(run, read)[0] ?? null, read));
    else if (before !== undefined && at > from + 1 && isSaltOfTwo(before.text, first.text))
      units.splice(-1, 1, toNameUnit([before, first], null, read));
    else units.push(toWordUnit(first, atoms[at], read));
  }
  return units;
}

function toNameUnit(atoms: readonly Atom[], whole: string | null, read: ReadToken): PhraseUnit {
  const tokens = atoms.map(({ text }) => read(text));
  const [base, letters] = [tokens.slice(0, -1).join(''), tokens.join('')];
  const sign = tokens.at(-1) ?? '';
  return { letters, base, sign, others: [], whole, genera: [], mayBeNamed: mayBeNamed(letters, false) };
}

function toWordUnit(atom: Atom, next: Atom | undefined, read: ReadToken): PhraseUnit {
  const letters = read(atom.text);
  const same = isMeantSalt(atom) ? listSame(letters).join('') : '';
  const others = [same, ...toAskedOnes(atom)].filter((other) => other !== '' && other !== letters);
  const whole = MAY_BE_NAME.test(letters) && !isStopWord(atom.text) ? letters : null;
  const genera = listGenera(next?.text ?? '').filter((genus) => genus.startsWith(atom.text));
  return { letters, base: '', sign: letters, others, whole, genera, mayBeNamed: mayBeNamed(letters, true) };
}
