/** Every dash that a publisher sends for the hyphen of a range. */
const DASHES = /[‐‑‒–—−]|--/gu;
/** "pp. 12-15," has the pages of another style's sentence; the "p" of "p12-15" is the page's own. */
const MARKS_AROUND = /^pp?(?:\.| ) ?(?=\d)|(?<=\d)[.,;]$/giu;
/**
 * Begins only where a run of letters and digits does, so that a long one is looked at once. "345.e1" and
 * "14.1.1" are pages too. What has a third piece ("20-1-20-9", "bcr-2018-227654") is no range.
 */
const RANGE =
  /(?<![\p{L}\d.])(?<![\p{L}\d]-)((?:\d{1,6}\.){0,3}\p{L}*)(\d+)(\p{L}*) ?- ?((?:\d{1,6}\.){0,3}\p{L}*)(\d+)(\p{L}*)(?![\p{L}\d])(?!-\d)/gu;
/** "iv-ix", "XI-XIV": numerals are never shortened. */
const ROMAN_RANGE = /^([ivxlc]+|[IVXLC]+) ?- ?([ivxlc]+|[IVXLC]+)$/u;
/** "1073-80.e1-3": pages 1073 to 1080, and e1 to e3 that stand on the web alone. */
const WITH_WEB_PAGES = /^(\p{L}*\d+)-(\p{L}*\d+)(\.e\d+(?:-e?\d+)?)$/u;
/** "12", "S12", "12S", "viii": what a page that stands alone looks like. */
const ONE_PAGE = /^(?:S?\d{1,5}\p{L}?|[ivxlc]+)$/u;
/**
 * The American Society for Microbiology's numbers end in the year: "e00221-20", "AAC.01683-16". They have
 * five digits, zeros in front, where a page has none; behind one letter four are enough.
 */
const NUMBER_WITH_YEAR = /^(?:\p{L}{2,}\.\d+|\p{L}*0\d{4}|\p{L}0\d{3})-\d{2}$/u;
/** A publisher's item identifier, which is its own check digit's end: "S0006-3495(20)30001-2". */
const PII = /^[SB]?\d{4}-?\d{3}[\dX]\(\d{2}\)\d{5}-[\dX]$/u;
/** Page numbers in pieces, of which NLM shortens no end: "11.10.1-11.10.33". */
const IN_PIECES = /^[\d.]+$/u;
/** The dash of a range, and no hyphen of a name or number: "F1000 Faculty Rev-123". */
const RANGE_DASH =
  /(?<=\d\p{L}?|(?<![\p{L}\d])(?:[ivxlc]{1,9}|[IVXLC]{1,9}))-(?=[\p{L}.]{0,9}\d|(?:[ivxlc]{1,9}|[IVXLC]{1,9})(?![\p{L}\d]))/gu;
const NUMBER = /^[\p{L}\d]+(?:[.\-_/()][\p{L}\d]+\)?)*$/u;

/** Where in its volume a work stands. */
export type Locator =
  | { kind: 'pages'; text: string; first: string; last: string | null }
  /** The work's own number, which is no page. */
  | { kind: 'number'; text: string }
  /** Several ranges, pages with a remark, or no pages at all: "[34457 words; 185 paragraphs]". */
  | { kind: 'other'; text: string };

/** `isElectronic`: the work was never on paper, so a number that stands alone is its own. */
export function toLocator(pages: string, { isElectronic }: { isElectronic: boolean }): Locator {
  const text = expandPages(pages);
  if (isVerbatim(text)) return { kind: 'number', text };
  const [, from, to] = ROMAN_RANGE.exec(text) ?? [];
  if (from !== undefined && to !== undefined)
    return { kind: 'pages', text: `${from}-${to}`, first: from, last: to };
  if (WITH_WEB_PAGES.test(text)) return { kind: 'other', text };
  const [range, ...others] = text.matchAll(RANGE);
  if (range !== undefined && others.length === 0 && range[0] === text) {
    const [first = '', last = ''] = text.split('-');
    if (first === last) return toLocator(first, { isElectronic });
    return isAscending(range) ? { kind: 'pages', text, first, last } : { kind: 'number', text };
  }
  if (ONE_PAGE.test(text) && !(isElectronic && /^\d+$/.test(text)))
    return { kind: 'pages', text, first: text, last: null };
  return { kind: range === undefined && NUMBER.test(text) && /\d/.test(text) ? 'number' : 'other', text };
}

/** NLM shortens the end of a range: "e247-346" is e247 to e346, "1400-3" is 1400 to 1403. */
export function expandPages(pages: string): string {
  const text = pages.trim().replace(DASHES, '-').replace(MARKS_AROUND, '');
  if (isVerbatim(text)) return text;
  const [, first, last, web = ''] = WITH_WEB_PAGES.exec(text) ?? [];
  if (first !== undefined) return `${expandPages(`${first}-${last}`)}.${expandPages(web.slice(1))}`;
  return text.replace(RANGE, (range, letters: string, first: string, tail: string, ...rest: string[]) => {
    const [ownLetters = '', last = '', lastTail = ''] = rest;
    const isShort = last.length < first.length && (ownLetters === '' || ownLetters === letters);
    const end = isShort ? first.slice(0, first.length - last.length) + last : last;
    if ((ownLetters === '' || ownLetters === letters) && BigInt(end) < BigInt(first)) return range;
    return `${letters}${first}${tail}-${ownLetters || letters}${end}${lastTail}`;
  });
}

/** "175-184" is written 175-84, and "e247-e346" e247-346. */
export function shortenPages(pages: string): string {
  const [, from, to, web = ''] = WITH_WEB_PAGES.exec(pages) ?? [];
  if (from !== undefined && from === to) return pages;
  if (from !== undefined) return `${shortenPages(`${from}-${to}`)}.${shortenPages(web.slice(1))}`;
  return pages.replace(RANGE, (range, letters: string, first: string, tail: string, ...rest: string[]) => {
    const [ownLetters = '', last = '', lastTail = ''] = rest;
    if (letters !== ownLetters || tail !== '' || lastTail !== '' || IN_PIECES.test(letters)) return range;
    if (first === last) return `${letters}${first}`;
    if (first.length !== last.length) return `${letters}${first}-${last}`;
    let same = 0;
    while (same < first.length - 1 && first[same] === last[same]) same += 1;
    return `${letters}${first}-${last.slice(same)}`;
  });
}

/** "17-0123", whose end is longer and begins with a nought, is a number of the work's own. */
function isAscending([, letters, first = '', , ownLetters, last = '']: RegExpExecArray): boolean {
  if (last.startsWith('0') && last.length > first.length) return false;
  return (ownLetters !== '' && letters !== ownLetters) || BigInt(first) <= BigInt(last);
}

function isVerbatim(text: string): boolean {
  return NUMBER_WITH_YEAR.test(text) || PII.test(text);
}

/** With the dash of a style between the ends of its ranges; a number of the work's own keeps its hyphens. */
export function writePages(locator: Locator, dash: string): string {
  switch (locator.kind) {
    case 'pages':
      return locator.last === null ? locator.first : `${locator.first}${dash}${locator.last}`;
    case 'number':
      return locator.text;
    case 'other':
      return locator.text.replace(RANGE_DASH, dash);
  }
}
