import { toAskedWords } from '../../search/words/asked-words.ts';
import { SHORT_NAMES } from '../../search/words/names-apart.ts';
import { toPassageWords } from '../../search/words/passage-words.ts';
import { parseQuestion } from '../../search/words/question.ts';
import { html, type Markup } from '../html.ts';

/** A word with what hangs on it: "IL-6", "patient's". */
const WORD = /[\p{L}\p{N}\p{M}]+(?:[-‐‑'’/][\p{L}\p{N}\p{M}]+)*/gu;
/** "transforming growth factor (TGF)-beta 1" is one name. */
const MOST_WORDS = 7;
const LONG_NAMES = [...SHORT_NAMES.keys()];
/** "p.V600E", "c.677C>T" */
const LEVEL_BEFORE = /(?<![\p{L}\p{N}])[pcg]\.\(?$/u;
/** "tumor necrosis" before "factor (TNF)-alpha" */
const LONG_BEFORE = new RegExp(
  `(?:${LONG_NAMES.map((name) => name.split(' ').slice(0, -1).join('[ -]')).join('|')})[ -]$`,
  'i',
);
const LAST_OF_LONG = new RegExp(`^(?:${LONG_NAMES.map((name) => name.split(' ').at(-1)).join('|')})`, 'i');
const LONGEST_BEFORE = 32;
const CLOSING = new Map([
  ['(', ')'],
  ['[', ']'],
]);

/** Marks in a text what a question asks for, as the search reads words. */
export type MarkWords = (text: string) => Markup;

interface Stretch {
  start: number;
  end: number;
}

export function createMarks(question: string): MarkWords {
  const asked = new Set(toAskedWords(parseQuestion(question).text).flatMap(({ tokens }) => tokens));
  /** Few words make a text, and most of them come again. */
  const known = new Map<string, readonly string[]>();

  /** The tokens of `words` that are asked for, each as often as it is there. */
  function readAsked(words: string): readonly string[] {
    let found = known.get(words);
    if (found === undefined) {
      const tokens = toPassageWords('', { section: null, text: words }).split(' ');
      found = tokens.filter((token) => asked.has(token));
      known.set(words, found);
    }
    return found;
  }

  return (text) => {
    if (asked.size === 0) return text;
    const words = Array.from(text.matchAll(WORD), ({ 0: { length }, index: start }) => ({
      start,
      end: start + length,
    }));
    const single = words.map(({ start, end }) => readAsked(text.slice(start, end)));
    const found = words.filter((_, at) => (single[at] ?? []).length > 0);
    const left = [...readAsked(text)];
    for (const token of single.flat()) {
      const at = left.indexOf(token);
      if (at >= 0) left.splice(at, 1);
    }
    const names = [...new Set(left)].flatMap((token) => {
      const others = words.map((word, at) => (single[at]?.includes(token) === true ? null : word));
      return findNames(others, (stretch) => readAsked(withBrackets(text, stretch)).includes(token));
    });
    return markAll(text, [...found, ...names]);
  };
}

/** The shortest stretches of several words that are a name; `null`: a word that is it alone. */
function findNames(words: readonly (Stretch | null)[], isName: (stretch: Stretch) => boolean): Stretch[] {
  const names: Stretch[] = [];
  let from = 0;
  for (const [at, last] of words.entries()) {
    if (last === null) {
      from = at + 1;
      continue;
    }
    for (let first = at - 1; first >= Math.max(from, at - MOST_WORDS + 1); first--) {
      const stretch = { start: words[first]?.start ?? 0, end: last.end };
      if (!isName(stretch)) continue;
      names.push(stretch);
      from = at + 1;
      break;
    }
  }
  return names;
}

function withBrackets(text: string, { start, end }: Stretch): string {
  const begin = CLOSING.has(text[start - 1] ?? '') ? start - 1 : start;
  return text.slice(begin, /[)\]]/.test(text[end] ?? '') ? end + 1 : end);
}

function markAll(text: string, stretches: readonly Stretch[]): Markup {
  const pieces: Markup[] = [];
  let shownTo = 0;
  for (const { start, end } of join(stretches.map((stretch) => widen(text, stretch)))) {
    pieces.push(text.slice(shownTo, start), html`<mark>${text.slice(start, end)}</mark>`);
    shownTo = end;
  }
  return [...pieces, text.slice(shownTo)];
}

/** With the brackets that belong to it ("(99m)Tc", "vitamin D(3)"), and the p of "p.V600E". */
function widen(text: string, { start, end }: Stretch): Stretch {
  const before = text.slice(Math.max(0, start - LONGEST_BEFORE), start);
  const [level = ''] = LEVEL_BEFORE.exec(before) ?? [];
  const [long = ''] = (LAST_OF_LONG.test(text.slice(start, end)) && LONG_BEFORE.exec(before)) || [];
  const begin = start - level.length - long.length;
  const inside = text.slice(begin, end);
  for (const [opening, closing] of CLOSING) {
    const isClosed = text[end] === closing && inside.lastIndexOf(opening) > inside.lastIndexOf(closing);
    if (isClosed) return { start: begin, end: end + 1 };
    const closed = inside.indexOf(closing);
    const opened = inside.indexOf(opening);
    const isOpened = text[begin - 1] === opening && closed >= 0 && (opened < 0 || closed < opened);
    if (isOpened) return { start: begin - 1, end };
  }
  return { start: begin, end };
}

/** In order, and one of those that overlap. */
function join(stretches: readonly Stretch[]): Stretch[] {
  const joined: Stretch[] = [];
  for (const { start, end } of stretches.toSorted((a, b) => a.start - b.start)) {
    const last = joined.at(-1);
    if (last !== undefined && start < last.end) last.end = Math.max(last.end, end);
    else joined.push({ start, end });
  }
  return joined;
}
