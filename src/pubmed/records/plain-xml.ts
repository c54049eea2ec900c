import type { Attributes } from './element-rule.ts';

/** Hears of a document in its order. */
export interface XmlReader {
  open(name: string, attributes: Attributes): void;
  /** All that stands between two tags, as one piece; also outside any element that matters. */
  text(text: string): void;
  /** `false`: `text` would do nothing here. */
  takesText(): boolean;
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
  const names: string[] = [];
  const attributes: Attributes[] = [];
  let ampersand = xml.indexOf('&');
  for (let at = skipSpace(xml, 0); xml.charCodeAt(at) === LESS; ) {
    const next = xml.charCodeAt(at + 1) === SLASH ? close(at) : start(at);
    if (next < 0) return false;
    if (names.length === 0) return skipSpace(xml, next) === xml.length;
    at = xml.indexOf('<', next);
    if (at > next && !tell(next, at)) return false;
  }
  return false;

  /** Both answer where the tag at `at` ends; -1: it is none of ours. */
  function start(at: number): number {
    const nameEnd = skipName(xml, at + 1);
    if (nameEnd === at + 1) return -1;
    const name = toName(xml, at + 1, nameEnd);
    let own = NO_ATTRIBUTES;
    let end = nameEnd;
    while (xml.charCodeAt(end) !== GREATER) {
      const next = skipSpace(xml, end);
      const code = xml.charCodeAt(next);
      if (code === GREATER) {
        end = next;
      } else if (code === SLASH) {
        if (xml.charCodeAt(next + 1) !== GREATER) return -1;
        reader.open(name, own);
        reader.close(own);
        return next + 2;
      } else {
        // White space stands before each.
        if (next === end) return -1;
        if (own === NO_ATTRIBUTES) own = {};
        end = readAttribute(xml, next, own);
        if (end < 0) return -1;
      }
    }
    reader.open(name, own);
    names.push(name);
    attributes.push(own);
    return end + 1;
  }

  function close(at: number): number {
    const name = names.pop();
    const own = attributes.pop();
    if (name === undefined || own === undefined || !xml.startsWith(name, at + 2)) return -1;
    const end = skipSpace(xml, at + 2 + name.length);
    if (xml.charCodeAt(end) !== GREATER) return -1;
    reader.close(own);
    return end + 1;
  }

  /** Tells what stands there; `false`: it names something else than a character. */
  function tell(from: number, to: number): boolean {
    if (ampersand >= 0 && ampersand < from) ampersand = xml.indexOf('&', from);
    if (ampersand < 0 || ampersand >= to) {
      if (reader.takesText()) reader.text(xml.slice(from, to));
      return true;
    }
    const text = decode(xml.slice(from, to));
    if (text !== null) reader.text(text);
    return text !== null;
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
/** Plain objects: a name that any object has ("constructor") counts as one that stands there twice. */
const NO_ATTRIBUTES: Record<string, string> = {};
Object.freeze(NO_ATTRIBUTES);
/** By a hash of their signs: names of tags and attributes, of which a record has a few, hundreds of times. */
const KNOWN_NAMES = new Array<string>(1024).fill('');

function toName(xml: string, from: number, to: number): string {
  let hash = to - from;
  for (let at = from; at < to; at++) hash = (Math.imul(hash, 31) + xml.charCodeAt(at)) | 0;
  const place = (hash ^ (hash >>> 10)) & (KNOWN_NAMES.length - 1);
  const known = KNOWN_NAMES[place];
  if (known !== undefined && known.length === to - from && xml.startsWith(known, from)) return known;
  // A copy: what is cut out would keep the whole record in memory.
  const name = Buffer.from(xml.slice(from, to), 'latin1').toString('latin1');
  KNOWN_NAMES[place] = name;
  return name;
}

/** Answers where it ends; -1: it is none of ours. */
function readAttribute(xml: string, at: number, attributes: Record<string, string>): number {
  const nameEnd = skipName(xml, at);
  const name = toName(xml, at, nameEnd);
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
