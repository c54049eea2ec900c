import { foldText } from './fold-text.ts';
import { toGlue } from './glue.ts';
import { type Word, WordBook } from './word-book.ts';

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
  word: Word;
}

let openBook: WordBook | null = null;

/** The atoms of `text`, in order. */
export function toAtoms(text: string): Atom[] {
  return readAtoms(foldText(text));
}

/** The same of a text in the form of `foldText`. */
export function readAtoms(folded: string): Atom[] {
  /** In a text without capitals an "a" may be a name ("hepatitis a"); in others it is the article. */
  const hasCapitals = /[A-Z]/.test(folded);
  const atoms: Atom[] = [];
  let before: Atom | undefined;
  openBook ??= new WordBook();
  const book = openBook;
  book.open(folded);
  while (book.next()) {
    const { start } = book;
    if (before !== undefined && isPossessive(folded, book, before.end)) continue;
    const reading = book.read();
    const { lower, word, pieces } = reading;
    const asWritten = book.asWritten(reading);
    if (pieces === null) {
      const end = start + lower.length;
      const atom: Atom = { text: word.text, asWritten, glue: null, start, end, word };
      if (before !== undefined) atom.glue = toGlue(folded, before, atom, hasCapitals);
      atoms.push(atom);
      before = atom;
      continue;
    }
    for (const { word, from, to, glue } of pieces) {
      const atom: Atom = {
        text: word.text,
        asWritten: asWritten.slice(from, to),
        glue,
        start: start + from,
        end: start + to,
        word,
      };
      if (from === 0 && before !== undefined) atom.glue = toGlue(folded, before, atom, hasCapitals);
      atoms.push(atom);
      before = atom;
    }
  }
  return atoms;
}

export function hasDigit(text: string): boolean {
  return /\p{N}/u.test(text);
}

const SMALL_S = 115;
const APOSTROPHE = 0x27;
const CLOSING_QUOTE = 0x2019;

/** The s of "Alzheimer's". */
function isPossessive(folded: string, { start, end }: WordBook, endBefore: number): boolean {
  if (end - start !== 1 || start !== endBefore + 1 || folded.charCodeAt(start) !== SMALL_S) return false;
  const sign = folded.charCodeAt(endBefore);
  return sign === APOSTROPHE || sign === CLOSING_QUOTE;
}
