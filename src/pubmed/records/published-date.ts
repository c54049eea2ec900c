import { findMonth, findSeason } from '../../domain/calendar-words.ts';
import type { PartialDate } from '../../domain/document.ts';

/** The parts of a PubDate or a like element, as upstream wrote them. */
export interface DateParts {
  year?: string;
  month?: string;
  day?: string;
  season?: string;
  /** MedlineDate: one text instead of the parts, such as "1998 Dec-1999 Jan". */
  medlineDate?: string;
}

const YEAR = /^\d{4}$/;
/** "2019 May", "2019 Dec 24", "1975 Summer" written as one text. */
const SIMPLE_TEXT = /^(\d{4})(?:\s+([A-Za-z]+\.?)(?:\s+(\d{1,2}))?)?$/;
const LEADING_YEAR = /(?:^|\D)(\d{4})(?!\d)/;

/**
 * `verbatim` is what upstream wrote; the numbers are only what can be read in it. A span ("2019 May - Jun")
 * has a year and no month. `season` is the precision where upstream says a season.
 */
export function toPublishedDate(parts: DateParts): PartialDate {
  if (parts.medlineDate !== undefined) return readDateText(parts.medlineDate);
  const { year, month, day, season } = parts;
  const verbatim = [year, month, day, season].filter((part) => part !== undefined).join(' ') || null;
  return toDate(verbatim, parts);
}

/** YYYY-MM-DD, or `null` when a part is missing or they name no day. */
export function toIsoDay({ year, month, day }: DateParts): string | null {
  const date = toDate(null, { ...(year && { year }), ...(month && { month }), ...(day && { day }) });
  return date.precision === 'day' ? toIsoDate(date) : null;
}

/** "2020-02-03", "2020-02" or "2020", as much as is known; `null` without a year. */
export function toIsoDate({ year, month, day }: PartialDate): string | null {
  if (year === null) return null;
  const parts = [String(year).padStart(4, '0')];
  for (const part of [month, day]) if (part !== null) parts.push(String(part).padStart(2, '0'));
  return parts.join('-');
}

function readDateText(text: string): PartialDate {
  const [, year, word, day] = SIMPLE_TEXT.exec(text) ?? [];
  if (year === undefined) {
    const leading = LEADING_YEAR.exec(text)?.[1];
    return toDate(text, leading === undefined ? {} : { year: leading });
  }
  if (word === undefined) return toDate(text, { year });
  if (findSeason(word) !== null) return toDate(text, { year, season: word });
  return toDate(text, { year, month: word, ...(day !== undefined && { day }) });
}

function toDate(verbatim: string | null, parts: DateParts): PartialDate {
  const year = parts.year !== undefined && YEAR.test(parts.year) ? Number(parts.year) : null;
  if (year === null) return { day: null, month: null, precision: null, verbatim, year };
  const month = parts.month === undefined ? null : findMonth(parts.month);
  const day = month === null ? null : findDay(parts.day, year, month);
  if (day !== null) return { day, month, precision: 'day', verbatim, year };
  if (month !== null) return { day, month, precision: 'month', verbatim, year };
  return { day, month, precision: parts.season === undefined ? 'year' : 'season', verbatim, year };
}

function findDay(text: string | undefined, year: number, month: number): number | null {
  const day = text !== undefined && /^\d{1,2}$/.test(text) ? Number(text) : 0;
  const isReal = day >= 1 && day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
  return isReal ? day : null;
}
