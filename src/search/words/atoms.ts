import { foldText, isAscii, isGreekName } from './fold-text.ts';
import { toPieces } from './pieces.ts';
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
const SHORT_NUMBER = /^(?:\d{1,2}[a-z]?|[a-z]\d)$/;
/** "IL-17 A": members of a family are told apart by the first letters. */
const MEMBER = /^[a-f]$/;
/** A number before one of these tells the place in a molecule: "serum 25-OH-D" is no "serum 25". */
const IN_MOLECULE = /^(?:[-‐‑–−(](?:oh(?![a-z])|(?:di)?hydroxy)| (?:di)?hydroxyvitamin)/i;
const HYDROXY = /^(?:oh|(?:di)?hydroxy)$/;
/** "25-OH D", "25-hydroxy vitamin D". */
const VITAMIN_D = /^(?:vitamin|d[23]?)$/;
const HYDROXYVITAMIN = /^(?:di)?hydroxyvitamin$/;
const LONGEST_IN_MOLECULE = 20;
/** What a single letter stands before: "T cells", "X ray". */
const AFTER_LETTER = /^(?:cells?|lymphocytes?|rays?)$/;
/** A piece of a word that people write with a hyphen, with a blank or in one: "pre eclampsia", "anti TNF". */
const PREFIXES = new Set('anti co extra inter intra multi non peri post pre semi sub'.split(' '));
const AFTER_PREFIX = /^\p{L}{3,}$/u;
const MASS_NUMBER = /^\d{1,3}m?$/;
const ELEMENT = /^[A-Z][a-z]?$/;
const ISOTOPE = /^\d{1,3}m?[a-z]{1,2}$/;
const LONGEST_LABELLED = 10;
const WORD_SIGN = /[\p{L}\p{N}]/u;
const LETTERS = /^\p{L}+$/u;
/** The names of Greek letters, and Roman numerals. */
const LONGEST_SIGN = 7;
const LONGEST_NUMBER = 4;
/** Letters of a name such as IL, COVID or TNF. */
export const SHORT_NAME = 5;
/** Letters that a word has to have so that a single letter behind it is a piece of its name. */
const LEAST_BEFORE_LETTER = 3;
const ROMAN = new Map(
  Object.entries({ ii: '2', iii: '3', iv: '4', vi: '6', vii: '7', viii: '8', ix: '9', xi: '11', xii: '12' }),
);
/** After one of these, I, V and X are numbers as well. */
const COUNTED = new Set('type grade stage phase class group level category degree'.split(' '));
/** Written out as often as not, and one name with the number behind it. */
const SHORT_NAMES = new Map(Object.entries({ interleukin: 'il', microrna: 'mir', mirna: 'mir' }));
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
    const text = asWritten.toLowerCase();
    const pieces = toPieces(text);
    if (pieces === null) {
      const atom: Atom = { text, asWritten, glue: null, start, end: start + text.length };
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

/**
 * What `atom` is called in a compound: a Roman numeral by its number, and before a number "interleukin" by
 * its short name.
 */
export function toCompoundPart({ text }: Atom, before: Atom | undefined, after: Atom | undefined): string {
  if (after !== undefined && isDigit(after.text.charCodeAt(0))) return SHORT_NAMES.get(text) ?? text;
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

/** Most words are none, which their first sign tells. */
function isNumber(text: string): boolean {
  return isDigit(text.charCodeAt(0)) && NUMBER.test(text);
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
  // "BCR::ABL1": how fusions of genes are written.
  if (gap === 2) return folded.startsWith('::', before.end) ? 'tight' : null;
  if (gap !== 1) return null;
  const sign = folded[before.end] ?? '';
  if (sign === ' ') return isNameOfBefore(folded, before, atom, hasCapitals) ? 'loose' : null;
  if (HYPHENS.has(sign)) return NUMBER.test(before.text) && NUMBER.test(atom.text) ? null : 'tight';
  // "NF-kappa(B)", "CO(2)", "Ca(2+)": how PubMed wrote what stands above or below the line.
  if (sign === '(') return atom.text.length <= 2 && before.text.length <= SHORT_NAME ? 'tight' : null;
  if (sign === ')' && before.glue === 'tight' && folded[before.start - 1] === '(') return 'tight';
  return isIsotope(folded, before, atom) ? 'tight' : null;
}

/** "(99m)Tc", "[18F]FDG": the label in brackets belongs to what follows. */
function isIsotope(folded: string, before: Atom, atom: Atom): boolean {
  if (WORD_SIGN.test(folded[before.start - 2] ?? '')) return false;
  const brackets = `${folded[before.start - 1]}${folded[before.end]}`;
  if (brackets === '()') return MASS_NUMBER.test(before.text) && ELEMENT.test(atom.asWritten);
  return brackets === '[]' && ISOTOPE.test(before.text) && atom.text.length <= LONGEST_LABELLED;
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

function isNameOfBefore(folded: string, before: Atom, atom: Atom, hasCapitals: boolean): boolean {
  const { text, asWritten, end } = atom;
  if (before.text.length === 1 && AFTER_LETTER.test(text)) return LETTERS.test(before.text);
  if (PREFIXES.has(before.text) && AFTER_PREFIX.test(text) && !isStopWord(text)) return true;
  if (isNumber(before.text) && HYDROXYVITAMIN.test(text)) return true;
  if (before.glue === 'tight' && HYDROXY.test(before.text)) return VITAMIN_D.test(text);
  if (before.glue !== null && isNumber(before.text) && MEMBER.test(text)) {
    return (!hasCapitals || asWritten !== text) && !isFirstOfName(folded, end);
  }
  // Numbers, numerals, single letters and names of Greek ones are short.
  if (text.length > LONGEST_SIGN || isStopWord(before.text)) return false;
  if (isGreekName(text)) return before.text.length <= SHORT_NAME && !isGreekName(before.text);
  if (text.length > LONGEST_NUMBER || !LETTERS.test(before.text)) return false;
  if (!isSignOfName(folded, before, atom, hasCapitals)) return false;
  return !IN_MOLECULE.test(folded.slice(end, end + LONGEST_IN_MOLECULE));
}

/** Whether a short word behind a word of letters is a number, a numeral or a letter of its name. */
function isSignOfName(
  folded: string,
  before: Atom,
  { text, asWritten, end }: Atom,
  hasCapitals: boolean,
): boolean {
  const isShort = before.text.length <= SHORT_NAME;
  if (NUMBER_LIKE.test(text) && (isShort || SHORT_NUMBER.test(text))) {
    const isDecimal = folded[end] === '.' && isDigit(folded.charCodeAt(end + 1));
    return !isDecimal;
  }
  if (before.text.length < LEAST_BEFORE_LETTER) return false;
  if (ROMAN.has(text)) return true;
  if (text.length !== 1 || !LETTERS.test(text) || isFirstOfName(folded, end)) return false;
  return asWritten !== 'a' || !hasCapitals;
}
