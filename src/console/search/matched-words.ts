import { toAskedWords } from '../../search/words/asked-words.ts';
import { toPassageWords } from '../../search/words/passage-words.ts';
import { parseQuestion } from '../../search/words/question.ts';
import { html, type Markup } from '../html.ts';

/** A word with what hangs on it: "IL-6", "patient's". */
const WORD = /[\p{L}\p{N}\p{M}]+(?:[-‐‑'’/][\p{L}\p{N}\p{M}]+)*/gu;
/** "IL 6" is one name. */
const MOST_WORDS = 3;

/** Marks in a text what a question asks for, as the search reads words. */
export type MarkWords = (text: string) => Markup;

export function createMarks(question: string): MarkWords {
  const asked = new Set(toAskedWords(parseQuestion(question).text).flatMap(({ tokens }) => tokens));
  /** Few words make a text, and most of them come again. */
  const known = new Map<string, boolean>();

  function isAsked(words: string): boolean {
    let found = known.get(words);
    if (found === undefined) {
      const tokens = toPassageWords('', { section: null, text: words }).split(' ');
      found = tokens.some((token) => asked.has(token));
      known.set(words, found);
    }
    return found;
  }

  return (text) => {
    if (asked.size === 0) return text;
    const words = [...text.matchAll(WORD)].map(({ 0: word, index }) => ({
      start: index,
      end: index + word.length,
      word,
    }));
    const pieces: Markup[] = [];
    let shownTo = 0;
    for (let at = 0; at < words.length; at += 1) {
      const first = words[at];
      if (first === undefined) break;
      const last = isAsked(first.word) ? first : findNameAt(text, words, at, isAsked);
      if (last === null) continue;
      pieces.push(text.slice(shownTo, first.start), html`<mark>${text.slice(first.start, last.end)}</mark>`);
      shownTo = last.end;
      while ((words[at + 1]?.start ?? Number.POSITIVE_INFINITY) < last.end) at += 1;
    }
    return [...pieces, text.slice(shownTo)];
  };
}

interface Word {
  start: number;
  end: number;
  word: string;
}

/** The last word of a name of several, with blanks between them, none of which is asked for by itself. */
function findNameAt(
  text: string,
  words: readonly Word[],
  at: number,
  isAsked: (words: string) => boolean,
): Word | null {
  const [first, ...others] = words.slice(at, at + MOST_WORDS);
  let before = first;
  for (const last of others) {
    if (first === undefined || before === undefined) return null;
    if (/\S/.test(text.slice(before.end, last.start)) || isAsked(last.word)) return null;
    const isNumbered = /\p{N}|^\p{L}$/u.test(last.word);
    const isShorter = before !== first && isAsked(text.slice(others[0]?.start, last.end));
    if (isNumbered && !isShorter && isAsked(text.slice(first.start, last.end))) return last;
    before = last;
  }
  return null;
}
