/** Begins only where a run of letters and digits does, so that a long one is looked at once. */
const RANGE = /(?<![\p{L}\d])(\p{L}*)(\d+)(\p{L}*)[-–](\p{L}*)(\d+)(\p{L}*)/gu;

/** NLM shortens the end of a range: "e247-346" is e247 to e346, "1400-3" is 1400 to 1403. */
export function expandPages(pages: string): string {
  return pages.replace(RANGE, (_, letters: string, first: string, tail: string, ...rest: string[]) => {
    const [ownLetters = '', last = '', lastTail = ''] = rest;
    const end = last.length < first.length ? first.slice(0, first.length - last.length) + last : last;
    return `${letters}${first}${tail}-${ownLetters || letters}${end}${lastTail}`;
  });
}

export interface PageSpan {
  first: string;
  /** `null` for a single page or an article number. */
  last: string | null;
}

/** The first range; `null` where the pages are none, such as "[34457 words; 185 paragraphs]". */
export function findPageSpan(pages: string): PageSpan | null {
  const [, first, last] = /^(\p{L}*\d+\p{L}*)(?:-(\p{L}*\d+\p{L}*))?/u.exec(pages) ?? [];
  return first === undefined ? null : { first, last: last ?? null };
}

/** "e0180707", "CD004290": the work's number and not its first page. */
export function isArticleNumber(pages: string): boolean {
  return /^\p{L}+\d+$/u.test(pages);
}
