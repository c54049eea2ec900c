import { toSubscript, toSuperscript } from './raised-text.ts';

const LAYOUT_SPACE = /[ \t\n\r]+/g;
const HAS_LAYOUT = /[\t\n\r]| {2}|^ | $/;
const EDGE_SPACE = /^ | $/g;

/** Collapses what lays XML out (blanks, tabs, line ends) and keeps the spaces that mean something: NBSP, thin, narrow. */
export function tidy(text: string): string {
  return HAS_LAYOUT.test(text) ? text.replace(LAYOUT_SPACE, ' ').replace(EDGE_SPACE, '') : text;
}

/**
 * Prose as a reader should see it. Some publishers escape their own markup before it is put into XML, so that it arrives
 * as text: `&lt;italic&gt;` and `&amp;amp;`. Formatting tags that are written in pairs are taken away and what they hold
 * is kept; entities are decoded once more. Anything else between `<` and `>` is text and stays: `P<0.001`, `G->A`.
 */
export function toReaderText(text: string): string {
  let prose = text;
  if (prose.includes('>') && prose.includes('</')) prose = removeEscapedMarkup(prose);
  if (prose.includes('&')) prose = prose.replace(ESCAPED_ENTITY, decodeEntity);
  return tidy(prose);
}

/** HTML's and JATS' formatting elements. Others are left alone: what they mean is not known. */
const INLINE = 'i|b|u|em|strong|italic|bold|underline|sc|span|sup|sub';
const BLOCK = 'p|sec|title|div';
const ESCAPED_ELEMENT = new RegExp(
  `<(${INLINE}|${BLOCK})(?:\\s[^<>]*)?>((?:(?!</?\\1[\\s>]).)*)</\\1\\s*>`,
  'gis',
);
const IS_BLOCK = new RegExp(`^(?:${BLOCK})$`, 'i');
/** Real nesting is two or three deep. */
const MAX_DEPTH = 8;

function removeEscapedMarkup(text: string): string {
  let result = text;
  for (let depth = 0; depth < MAX_DEPTH; depth += 1) {
    const before = result;
    result = before.replace(ESCAPED_ELEMENT, (_match, name: string, inner: string, at: number) =>
      unwrap(name, inner, before.slice(0, at)),
    );
    if (result === before) break;
  }
  return result;
}

function unwrap(name: string, inner: string, before: string): string {
  const lowerName = name.toLowerCase();
  if (lowerName === 'sup') return toSuperscript(inner, before);
  if (lowerName === 'sub') return toSubscript(inner, before);
  if (!IS_BLOCK.test(lowerName)) return inner;
  return before === '' ? inner : ` ${inner}`;
}

const ESCAPED_ENTITY = /&(?:(amp|lt|gt|quot|apos|nbsp)|#(\d{1,7})|#x([\da-f]{1,6}));/gi;
const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };
const LAST_CODE_POINT = 0x10ffff;

function decodeEntity(whole: string, name?: string, decimal?: string, hex?: string): string {
  if (name !== undefined) return ENTITIES[name.toLowerCase()] ?? whole;
  const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
  const isCharacter = code >= 0x20 && code <= LAST_CODE_POINT && !(code >= 0xd800 && code <= 0xdfff);
  return isCharacter ? String.fromCodePoint(code) : whole;
}
