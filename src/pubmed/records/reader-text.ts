import { decodeEscapedEntities, replaceControls } from './escaped-entities.ts';
import { toSubscript, toSuperscript } from './raised-text.ts';

const LAYOUT_SPACE = /[ \t\n\r\u2028\u2029]+/g;
const HAS_LAYOUT = /[\t\n\r\u2028\u2029]| {2}|^ | $/;
const HAS_CONTROLS = /[\u0080-\u009f]/;
const EDGE_SPACE = /^ | $/g;

/**
 * Collapses what lays XML out (blanks, tabs, line ends) and keeps the spaces that mean something:
 * NBSP, thin, narrow.
 */
export function tidy(text: string): string {
  return HAS_LAYOUT.test(text) ? text.replace(LAYOUT_SPACE, ' ').replace(EDGE_SPACE, '') : text;
}

/**
 * Prose as a reader should see it. Some publishers escape their own markup before it is put into XML, so that
 * it arrives as text: `&lt;italic&gt;` and `&amp;amp;`. Formatting tags that are written in pairs are taken
 * away and what they hold is kept, also where they were escaped twice; a line's end (`<br/>`) is a blank, and
 * entities are decoded once more. Anything else between `<` and `>` is text and stays: `P<0.001`, `G->A`.
 */
export function toReaderText(text: string): string {
  let prose = withoutTags(text);
  if (prose.includes('&')) {
    const decoded = decodeEscapedEntities(prose);
    prose = decoded === prose ? prose : withoutTags(decoded);
  }
  return tidy(HAS_CONTROLS.test(prose) ? replaceControls(prose) : prose);
}

const LINE_END = /<br(?:eak)?\s{0,3}\/?>/gi;

function withoutTags(text: string): string {
  if (!text.includes('>') || !text.includes('<')) return text;
  const prose = text.replace(LINE_END, ' ');
  return prose.includes('</') ? removeEscapedMarkup(prose) : prose;
}

/** HTML's and JATS' formatting elements. Others are left alone: what they mean is not known. */
const BLOCKS = new Set(['p', 'sec', 'title', 'div']);
const TAG =
  /<(\/?)(i|b|u|em|strong|italic|bold|underline|sc|span|sup|sub|p|sec|title|div)(?=[\s>])([^<>]*)(>?)/gi;
/** Real nesting is two or three deep. */
const MAX_DEPTH = 8;

interface Tag {
  /** In lower case. */
  name: string;
  from: number;
  to: number;
  opens: boolean;
  closes: boolean;
  /** The next tag of the same name, if any. */
  next: Tag | undefined;
}

function removeEscapedMarkup(text: string): string {
  let result = text;
  for (let depth = 0; depth < MAX_DEPTH; depth += 1) {
    const before = result;
    result = removeInnermost(before);
    if (result === before) break;
  }
  return result;
}

/** Takes away each pair without a tag of its own name inside, from the left, where none lies in another. */
function removeInnermost(text: string): string {
  const pieces: string[] = [];
  let from = 0;
  for (const tag of listTags(text)) {
    const { next } = tag;
    if (tag.from < from || !tag.opens || next?.closes !== true) continue;
    const before = tag.from === 0 ? '' : text.charAt(tag.from - 1);
    pieces.push(text.slice(from, tag.from), unwrap(tag.name, text.slice(tag.to, next.from), before));
    from = next.to;
  }
  return from === 0 ? text : pieces.join('') + text.slice(from);
}

function listTags(text: string): Tag[] {
  const tags: Tag[] = [];
  const lastOfName = new Map<string, Tag>();
  for (const { index, 0: whole, 1: slash, 2: given = '', 3: rest = '', 4: end } of text.matchAll(TAG)) {
    const name = given.toLowerCase();
    const opens = slash === '' && end === '>';
    const closes = slash === '/' && end === '>' && rest.trim() === '';
    const tag: Tag = { name, from: index, to: index + whole.length, opens, closes, next: undefined };
    const last = lastOfName.get(name);
    if (last !== undefined) last.next = tag;
    lastOfName.set(name, tag);
    tags.push(tag);
  }
  return tags;
}

/** `before` is the character in front, "" at the beginning. */
function unwrap(name: string, inner: string, before: string): string {
  if (name === 'sup') return toSuperscript(inner, before);
  if (name === 'sub') return toSubscript(inner, before);
  if (!BLOCKS.has(name)) return inner;
  return before === '' ? inner : ` ${inner}`;
}
