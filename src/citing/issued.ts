import { findMonth, findSeason } from '../domain/calendar/calendar-words.ts';
import type { PartialDate } from '../domain/document/document.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** One end of a span. */
export interface DatePoint {
  year: number;
  month: number | null;
  day: number | null;
  /** As NLM writes it: "Fall". */
  season: string | null;
}

/** `to` is `null` for a date that is no span. */
export interface DateSpan {
  from: DatePoint;
  to: DatePoint | null;
}

/**
 * What the date says in all: "1998 Dec-1999 Jan", "2019 May/June", "2012 Jan 1-7", "1999-2000", "2003
 * Winter-Spring", "1976-77". `null` where it has no year. A text that is no such date ("2011 Suppl") gives
 * its year.
 */
export function readDateSpan({ verbatim, year, month, day }: PartialDate): DateSpan | null {
  if (year === null) return null;
  if (month !== null) return { from: { year, month, day, season: null }, to: null };
  const [first = '', second, ...more] = (verbatim ?? '').split(/ ?[-–/] ?/);
  const from = readPoint(first, null);
  const onlyYear = { from: { year, month: null, day: null, season: null }, to: null };
  if (from?.year !== year || more.length > 0) return onlyYear;
  if (second === undefined) return { from, to: null };
  const to = readPoint(second, from);
  return to === null ? onlyYear : { from, to };
}

/** `before` lends what the end of a span leaves out: the year of "Aug" in "2001 Jul-Aug". */
function readPoint(text: string, before: DatePoint | null): DatePoint | null {
  const point: DatePoint = { year: before?.year ?? 0, month: null, day: null, season: null };
  for (const word of text.trim().split(/\s+/)) {
    if (/^\d{4}$/.test(word)) point.year = Number(word);
    else if (isYearAlone(before) && /^\d{2}$/.test(word)) point.year = toLaterYear(before.year, Number(word));
    else if (/^\d{1,2}$/.test(word)) point.day = Number(word);
    else if (findSeason(word) !== null) point.season = toName(word);
    else if (/^\p{L}/u.test(word) && findMonth(word) !== null) point.month = findMonth(word);
    else return null;
  }
  if (point.day !== null && point.month === null) point.month = before?.month ?? null;
  const isWhole = point.year !== 0 && (point.day === null || point.month !== null);
  return isWhole ? point : null;
}

function isYearAlone(point: DatePoint | null): point is DatePoint {
  return point !== null && point.month === null && point.season === null;
}

/** "1976-77", "1999-00": the next year that ends so. */
function toLaterYear(year: number, end: number): number {
  const ofCentury = year - (year % 100) + end;
  return ofCentury < year ? ofCentury + 100 : ofCentury;
}

/**
 * "2019 Sep 20", "1998 Dec-1999 Jan", "2003 Fall"; what is no date is given as NLM has it. `null` without
 * one.
 */
export function toNlmDate(date: PartialDate): string | null {
  const span = readDateSpan(date);
  if (span === null) return date.verbatim;
  const { from, to } = span;
  const first = toWords(from, null);
  if (to !== null) return `${first}-${toWords(to, from)}`;
  const text = date.verbatim ?? '';
  if (first !== String(date.year) || date.month !== null || !text.startsWith(first)) return first;
  // A number alone behind the year ("2020 4", "2020 00") is a day of no month.
  return /^\d{4} \d{1,2}$/.test(text) ? first : text;
}

function toWords({ year, month, day, season }: DatePoint, before: DatePoint | null): string {
  const isSameYear = before?.year === year;
  const isSameMonth = isSameYear && day !== null && before.month === month;
  const monthName = month === null || isSameMonth ? null : (MONTHS[month - 1] ?? null);
  const pieces = [isSameYear ? null : year, season, monthName, day];
  return pieces.filter((piece) => piece !== null).join(' ');
}

/**
 * What the record says beyond the year where that is no month: "Fall", "Dec-1999 Jan", "1999-2000"; else
 * `null`.
 */
export function findDateRemark(date: PartialDate): string | null {
  if (date.year === null || date.month !== null) return null;
  const text = toNlmDate(date) ?? '';
  return (text.startsWith(`${date.year} `) ? text.slice(5) : text.length > 4 ? text : '') || null;
}

/** "2019"; over the turn of a year "1998–1999". `null` without a year. */
export function toYears(date: PartialDate): string | null {
  const span = readDateSpan(date);
  if (span === null) return null;
  const { from, to } = span;
  return to === null || to.year === from.year ? String(from.year) : `${from.year}–${to.year}`;
}

/**
 * "jan" to "dec", the months of BibTeX, and `may # "--" # jun` for a span in one year; `null` where none is
 * known.
 */
export function findBibtexMonth(date: PartialDate): string | null {
  const span = readDateSpan(date);
  const [first, last] = [span?.from, span?.to].map((point) => toMonthMacro(point?.month ?? null));
  if (span === null || first == null) return null;
  if (span.to === null || (first === last && span.to.year === span.from.year)) return first;
  return last == null || span.to.year !== span.from.year ? null : `${first} # "--" # ${last}`;
}

function toMonthMacro(month: number | null): string | null {
  return month === null ? null : (MONTHS[month - 1]?.toLowerCase() ?? null);
}

function toName(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1).toLowerCase();
}
