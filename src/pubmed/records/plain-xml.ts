import type { Attributes } from './element-rule.ts';

/** Hears of a document in its order. */
export interface XmlReader {
  open(name: string, attributes: Attributes): void;
  /** All that stands between two tags, as one piece; also outside any element that matters. */
  text(text: string): void;
  close(attributes: Attributes): void;
}

/**
 * Reads XML as nearly every record is written: elements with ASCII names, attributes in double quotes, text
 * with XML's five entities and numbers. `false` at the first thing that is anything else or may be wrong,
 * whatever the reader heard until then: a whole parser must have the last word, in its own words. What is
 * read to its end is well-formed, and the reader heard what such a parser tells, for half of its work.
 */
export function readPlainXml(given: string, reader: XmlReader): boolean {
  if (NO_CHARACTER.test(given) || given.includes(']]>')) return false;
  const xml = given.includes('\r') ? given.replaceAll(/\r\n?/g, '\n') : given;
  const open: Tag[] = [];
  for (let at = skipSpace(xml, 0); xml.charCodeAt(at) === LESS; ) {
    const next = xml.charCodeAt(at + 1) === SLASH ? close(at) : start(at);
    if (next < 0) return false;
    if (open.length === 0) return skipSpace(xml, next) === xml.length;
    at = xml.indexOf('<', next);
    if (at > next) {
      const text = decode(xml.slice(next, at));
      if (text === null) return false;
      reader.text(text);
    }
  }
  return false;

  /** Both answer where the tag at `at` ends; -1: it is none of ours. */
  function start(at: number): number {
    const tag = readTag(xml, at + 1);
    if (tag === null) return -1;
    reader.open(tag.name, tag.attributes);
    if (tag.isEmpty) reader.close(tag.attributes);
    else open.push(tag);
    return tag.end;
  }

  function close(at: number): number {
    const tag = open.pop();
    if (tag === undefined || !xml.startsWith(tag.name, at + 2)) return -1;
    const end = skipSpace(xml, at + 2 + tag.name.length);
    if (xml.charCodeAt(end) !== GREATER) return -1;
    reader.close(tag.attributes);
    return end + 1;
  }
}

const LESS = 60;
const GREATER = 62;
const SLASH = 47;
const EQUALS = 61;
const QUOTE = 34;
const AMPERSAND = 38;
const SPACE = 32;
/** Of ASCII alone: what may begin a name, and what may only stand in it. */
const FIRST = 1;
const INSIDE = 2;
const NAME_SIGNS = Uint8Array.from({ length: 128 }, (_, code) => {
  const sign = String.fromCharCode(code);
  if (/[A-Za-z_:]/.test(sign)) return FIRST;
  return /[\d.-]/.test(sign) ? INSIDE : 0;
});
/** https://www.w3.org/TR/xml/#charsets, but for halves of surrogate pairs, which no UTF-8 holds. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const NO_CHARACTER = /[\0-\x08\v\f\x0e-\x1f\ufffe\uffff]/;
const REFERENCE = /&(?:(amp|lt|gt|quot|apos)|#(\d{1,9})|#x([\da-fA-F]{1,8}));|&/g;
const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);
const NO_ATTRIBUTES: Attributes = Object.freeze(Object.create(null));

interface Tag {
  name: string;
  attributes: Attributes;
  isEmpty: boolean;
  end: number;
}

function readTag(xml: string, at: number): Tag | null {
  let end = skipName(xml, at);
  if (end === at) return null;
  const name = xml.slice(at, end);
  if (xml.charCodeAt(end) === GREATER)
    return { name, attributes: NO_ATTRIBUTES, isEmpty: false, end: end + 1 };
  const attributes: Record<string, string> = Object.create(null);
  for (let next = skipSpace(xml, end); ; next = skipSpace(xml, end)) {
    const code = xml.charCodeAt(next);
    if (code === GREATER) return { name, attributes, isEmpty: false, end: next + 1 };
    if (code === SLASH) {
      return xml.charCodeAt(next + 1) === GREATER ? { name, attributes, isEmpty: true, end: next + 2 } : null;
    }
    // White space stands before each.
    end = next === end ? -1 : readAttribute(xml, next, attributes);
    if (end < 0) return null;
  }
}

/** Answers where it ends; -1: it is none of ours. */
function readAttribute(xml: string, at: number, attributes: Record<string, string>): number {
  const nameEnd = skipName(xml, at);
  const name = xml.slice(at, nameEnd);
  if (nameEnd === at || name in attributes) return -1;
  const equals = skipSpace(xml, nameEnd);
  const quote = skipSpace(xml, equals + 1);
  if (xml.charCodeAt(equals) !== EQUALS || xml.charCodeAt(quote) !== QUOTE) return -1;
  let end = quote + 1;
  let isAsWritten = true;
  for (let code = xml.charCodeAt(end); code !== QUOTE; code = xml.charCodeAt(++end)) {
    if (code === LESS || end >= xml.length) return -1;
    if (code === AMPERSAND || code < SPACE) isAsWritten = false;
  }
  const written = xml.slice(quote + 1, end);
  const value = isAsWritten ? written : decode(written.replaceAll(/[\t\n]/g, ' '));
  if (value === null) return -1;
  attributes[name] = value;
  return end + 1;
}

/** Where the name at `at` ends; `at` itself where none begins there. */
function skipName(xml: string, at: number): number {
  let end = at;
  for (
    let kind = NAME_SIGNS[xml.charCodeAt(end)];
    kind !== undefined && kind > 0;
    kind = NAME_SIGNS[xml.charCodeAt(end)]
  ) {
    if (end === at && kind === INSIDE) return at;
    end += 1;
  }
  return end;
}

/** `null`: it names something else than a character. */
function decode(text: string): string | null {
  if (!text.includes('&')) return text;
  let isPlain = true;
  const decoded = text.replaceAll(REFERENCE, (whole, name?: string, decimal?: string, hex?: string) => {
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    const character =
      name === undefined ? (isCharacter(code) ? String.fromCodePoint(code) : undefined) : ENTITIES.get(name);
    isPlain &&= character !== undefined;
    return character ?? whole;
  });
  return isPlain ? decoded : null;
}

function isCharacter(code: number): boolean {
  if (code < 0x20) return code === 0x9 || code === 0xa || code === 0xd;
  return code <= 0xd7ff || (code >= 0xe000 && code <= 0xfffd) || (code >= 0x1_0000 && code <= 0x10_ffff);
}

function skipSpace(xml: string, from: number): number {
  let at = from;
  while (isSpace(xml.charCodeAt(at))) at += 1;
  return at;
}

function isSpace(code: number): boolean {
  return code === SPACE || code === 10 || code === 9;
}
