import { foldText, isAscii, isGreekName } from './fold-text.ts';
import { isStopWord } from './stop-words.ts';

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
const HYPHENS = new Set(['-', '‐', '‑', '–', '−']);
const NUMBER = /^\d+$/;
/** "1", "l1", "2d6": what may follow a short name after a blank. */
const NUMBER_LIKE = /^(?=.{1,4}$)[a-z]?\d{1,3}(?:[a-z]\d?)?$/;
/** Two signs at most, one of them a digit: what may follow any word ("vitamin D3", "type 2"). */
const SHORT_NUMBER = /^(?:\d{1,2}|[a-z]\d|\d[a-z])$/;
/** What a single letter stands before: "T cells", "X ray". */
const AFTER_LETTER = /^(?:cells?|lymphocytes?|rays?)$/;
const WORD_SIGN = /[\p{L}\p{N}]/u;
const LETTERS = /^\p{L}+$/u;
/** The names of Greek letters, and Roman numerals. */
const LONGEST_SIGN = 7;
const LONGEST_NUMBER = 4;
const LONGEST_NAMED = 10;
const GREEK_AND_NUMBER = /^([a-z]{2,7})(\d+)$/;
/** Letters of a name such as IL, COVID or TNF. */
export const SHORT_NAME = 5;
/** Letters that a word has to have so that a single letter behind it is a part of its name. */
const LEAST_BEFORE_LETTER = 3;
const ROMAN = new Map(
  Object.entries({ ii: '2', iii: '3', iv: '4', vi: '6', vii: '7', viii: '8', ix: '9', xi: '11', xii: '12' }),
);
/** After one of these, I, V and X are numbers as well. */
const COUNTED = new Set('type grade stage phase class group level category degree'.split(' '));
const ROMAN_LETTERS = new Map(Object.entries({ i: '1', v: '5', x: '10' }));

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
    const atom: Atom = {
      text: asWritten.toLowerCase(),
      asWritten,
      glue: null,
      start,
      end: start + asWritten.length,
    };
    if (before !== undefined) atom.glue = toGlue(folded, before, atom, hasCapitals);
    const length = findNameLength(atom.text);
    before = length === 0 ? atom : toNumber(atom, length);
    if (length > 0) atoms.push(toName(atom, length));
    atoms.push(before);
  }
  return atoms;
}

/** What `atom` is called in a compound: a Roman numeral by its number. */
export function toCompoundPart({ text }: Atom, before: Atom | undefined): string {
  const roman =
    ROMAN.get(text) ??
    (before !== undefined && COUNTED.has(before.text) ? ROMAN_LETTERS.get(text) : undefined);
  return before === undefined ? text : (roman ?? text);
}

export function isRoman(text: string): boolean {
  return ROMAN.has(text);
}

export function hasDigit(text: string): boolean {
  return /\p{N}/u.test(text);
}

/** "beta1" is two atoms: of how many letters the first is, or 0. */
function findNameLength(text: string): number {
  if (text.length > LONGEST_NAMED || !isDigit(text.charCodeAt(text.length - 1))) return 0;
  const name = GREEK_AND_NUMBER.exec(text)?.[1];
  return name !== undefined && isGreekName(name) ? name.length : 0;
}

function toName({ text, asWritten, glue, start }: Atom, length: number): Atom {
  return {
    text: text.slice(0, length),
    asWritten: asWritten.slice(0, length),
    glue,
    start,
    end: start + length,
  };
}

function toNumber({ text, asWritten, start, end }: Atom, length: number): Atom {
  return {
    text: text.slice(length),
    asWritten: asWritten.slice(length),
    glue: 'tight',
    start: start + length,
    end,
  };
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** The s of "Alzheimer's". */
function isPossessive(folded: string, word: string, endBefore: number, start: number): boolean {
  if (word !== 's' || start !== endBefore + 1) return false;
  const sign = folded[endBefore];
  return sign === "'" || sign === '’';
}

function toGlue(folded: string, before: Atom, atom: Atom, hasCapitals: boolean): Atom['glue'] {
  const gap = atom.start - before.end;
  if (gap !== 1) return null;
  const sign = folded[before.end] ?? '';
  if (sign === ' ') return isNameOfBefore(folded, before, atom, hasCapitals) ? 'loose' : null;
  if (HYPHENS.has(sign)) return NUMBER.test(before.text) && NUMBER.test(atom.text) ? null : 'tight';
  // "NF-kappa(B)", "CO(2)", "Ca(2+)": how PubMed wrote what stands above or below the line.
  if (sign === '(') return atom.text.length <= 2 && before.text.length <= SHORT_NAME ? 'tight' : null;
  if (sign === ')') return before.glue === 'tight' && folded[before.start - 1] === '(' ? 'tight' : null;
  return null;
}

/**
 * Whether a letter that ends there belongs to what follows: "human T cells", "naive T-cells", "saw
 * H(2)O".
 */
function isFirstOfName(folded: string, end: number): boolean {
  const sign = folded[end] ?? '';
  if (HYPHENS.has(sign) || sign === '(') return WORD_SIGN.test(folded[end + 1] ?? '');
  return sign === ' ' && AFTER_LETTER.test(folded.slice(end + 1, end + 12).split(/[^A-Za-z]/, 1)[0] ?? '');
}

function isNameOfBefore(folded: string, before: Atom, { text, asWritten, end }: Atom, hasCapitals: boolean) {
  if (before.text.length === 1 && AFTER_LETTER.test(text)) return LETTERS.test(before.text);
  // Numbers, numerals, single letters and names of Greek ones are short.
  if (text.length > LONGEST_SIGN || isStopWord(before.text)) return false;
  const isShort = before.text.length <= SHORT_NAME;
  if (isGreekName(text)) return isShort && !isGreekName(before.text);
  if (text.length > LONGEST_NUMBER || !LETTERS.test(before.text)) return false;
  if (NUMBER_LIKE.test(text) && (isShort || SHORT_NUMBER.test(text))) {
    const isDecimal = folded[end] === '.' && isDigit(folded.charCodeAt(end + 1));
    return !isDecimal;
  }
  if (before.text.length < LEAST_BEFORE_LETTER) return false;
  if (ROMAN.has(text)) return true;
  if (text.length !== 1 || !LETTERS.test(text) || isFirstOfName(folded, end)) return false;
  return asWritten !== 'a' || !hasCapitals;
}
