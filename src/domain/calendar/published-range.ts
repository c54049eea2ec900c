import type { PartialDate } from '../document/document.ts';
import { findMonth, findSeason } from './calendar-words.ts';

/** Days since 1970-01-01, both included. */
export interface PublishedRange {
  from: number | null;
  to: number | null;
}

const DAY_MS = 86_400_000;
const TOKEN = /\d+|[A-Za-z]+/g;

/**
 * The first and the last day that a date can mean. A span ("1998 Dec-1999 Jan", "2019 May - Jun") reaches
 * from its first to its last month, over the turn of the year where the months run backwards; a season
 * covers its months; where a word cannot be read, the date covers the whole years it names. Without a year
 * there is no range.
 */
export function toPublishedRange({ verbatim, year, month, day }: PartialDate): PublishedRange {
  if (year === null) return { from: null, to: null };
  if (month !== null) return { from: toDay(year, month, day ?? 1), to: toLastDay(year, month, day) };
  return readSpan(verbatim ?? '') ?? { from: toDay(year, 1, 1), to: toLastDay(year, 12, null) };
}

/**
 * Reads years, months, seasons and days from left to right; each month or season belongs to the
 * year before it.
 */
function readSpan(text: string): PublishedRange | null {
  const span: { from: number; to: number } = { from: Number.POSITIVE_INFINITY, to: Number.NEGATIVE_INFINITY };
  let year: number | null = null;
  let month: number | null = null;
  let lastMonth = 0;
  let monthHasDay = false;
  const cover = (from: number, to: number): void => {
    span.from = Math.min(span.from, from);
    span.to = Math.max(span.to, to);
  };
  const closeMonth = (): void => {
    if (year === null) return;
    if (month !== null && !monthHasDay) cover(toDay(year, month, 1), toLastDay(year, month, null));
    else if (month === null && lastMonth === 0) cover(toDay(year, 1, 1), toLastDay(year, 12, null));
    month = null;
    monthHasDay = false;
  };
  for (const [token] of text.matchAll(TOKEN)) {
    if (/^\d{4}$/.test(token)) {
      closeMonth();
      year = Number(token);
      lastMonth = 0;
    } else if (year === null) return null;
    else if (/^\d/.test(token)) {
      if (month === null || Number(token) < 1 || Number(token) > 31) return null;
      cover(toDay(year, month, Number(token)), toDay(year, month, Number(token)));
      monthHasDay = true;
    } else {
      const season = findSeason(token);
      const named = season?.first ?? findMonth(token);
      if (named === null) return null;
      if (lastMonth > 0) closeMonth();
      if (named < lastMonth) year += 1;
      if (season === null) month = named;
      else cover(toDay(year, season.first, 1), toLastDay(year, season.last, null));
      lastMonth = named;
    }
  }
  closeMonth();
  return Number.isFinite(span.from) ? span : null;
}

function toDay(year: number, month: number, day: number): number {
  return Date.UTC(year, month - 1, day) / DAY_MS;
}

function toLastDay(year: number, month: number, day: number | null): number {
  return day === null ? Date.UTC(year, month, 0) / DAY_MS : toDay(year, month, day);
}
