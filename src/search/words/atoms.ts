import { foldText, isAscii } from './fold-text.ts';
import { toGlue } from './glue.ts';
import { toPieces } from './pieces.ts';

/** A run of letters and digits, and how it hangs together with the one before. */
export interface Atom {
  /** In lower case. */
  text: string;
  /** In the case of the text. */
  asWritten: string;
  /**
   * `tight`: a hyphen ("IL-6", and "TNFα" as `foldText` writes it); `loose`: a blank ("IL 6",
   * "hepatitis A"); `null`: words of their own.
   */
  glue: 'tight' | 'loose' | null;
  /** Where it begins and ends in the folded text. */
  start: number;
  end: number;
}

const ATOM = /[\p{L}\p{N}]+/gu;
const ASCII_ATOM = /[A-Za-z0-9]+/g;
/** How drugs write what is a Greek letter elsewhere: "interferon alfa". */
const GREEK_OTHERWISE = new Map([['alfa', 'alpha']]);

/** The atoms of `text`, in order. */
export function toAtoms(text: string): Atom[] {
  const folded = foldText(text);
  /** In a text without capitals an "a" may be a name ("hepatitis a"); in others it is the article. */
  const hasCapitals = /[A-Z]/.test(folded);
  const atoms: Atom[] = [];
  let before: Atom | undefined;
  const pattern = isAscii(folded) ? ASCII_ATOM : ATOM;
  pattern.lastIndex = 0;
  for (let found = pattern.exec(folded); found !== null; found = pattern.exec(folded)) {
    const [asWritten] = found;
    const start = found.index;
    if (before !== undefined && isPossessive(folded, asWritten, before.end, start)) continue;
    const text = asWritten.toLowerCase();
    const pieces = toPieces(text);
    if (pieces === null) {
      const end = start + text.length;
      const atom: Atom = { text: toGreekName(text), asWritten, glue: null, start, end };
      if (before !== undefined) atom.glue = toGlue(folded, before, atom, hasCapitals);
      atoms.push(atom);
      before = atom;
      continue;
    }
    for (const { from, to, glue } of pieces) {
      const atom: Atom = {
        text: text.slice(from, to),
        asWritten: asWritten.slice(from, to),
        glue,
        start: start + from,
        end: start + to,
      };
      if (from === 0 && before !== undefined) atom.glue = toGlue(folded, before, atom, hasCapitals);
      atoms.push(atom);
      before = atom;
    }
  }
  return atoms;
}

function toGreekName(text: string): string {
  return GREEK_OTHERWISE.get(text) ?? text;
}

export function hasDigit(text: string): boolean {
  return /\p{N}/u.test(text);
}

/** The s of "Alzheimer's". */
function isPossessive(folded: string, word: string, endBefore: number, start: number): boolean {
  if (word !== 's' || start !== endBefore + 1) return false;
  const sign = folded[endBefore];
  return sign === "'" || sign === '’';
}
