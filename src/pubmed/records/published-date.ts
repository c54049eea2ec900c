import { findMonth, findSeason } from '../../domain/calendar/calendar-words.ts';
import type { PartialDate } from '../../domain/document/document.ts';

/** A PubDate or a like element, as upstream wrote it. */
export interface WrittenDate {
  year?: string;
  month?: string;
  day?: string;
  season?: string;
  /** MedlineDate: one text instead of all these, such as "1998 Dec-1999 Jan". */
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
export function toPublishedDate(written: WrittenDate): PartialDate {
  if (written.medlineDate !== undefined) return readDateText(written.medlineDate);
  const { year, month, day, season } = written;
  const verbatim = [year, month, day, season].filter((piece) => piece !== undefined).join(' ') || null;
  return toDate(verbatim, written);
}

/** YYYY-MM-DD, or `null` when year, month or day is missing or they name no day. */
export function toIsoDay({ year, month, day }: WrittenDate): string | null {
  const date = toDate(null, { ...(year && { year }), ...(month && { month }), ...(day && { day }) });
  return date.precision === 'day' ? toIsoDate(date) : null;
}

/** "2020-02-03", "2020-02" or "2020", as much as is known; `null` without a year. */
export function toIsoDate({ year, month, day }: PartialDate): string | null {
  if (year === null) return null;
  const numbers = [String(year).padStart(4, '0')];
  for (const piece of [month, day]) if (piece !== null) numbers.push(String(piece).padStart(2, '0'));
  return numbers.join('-');
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

function toDate(verbatim: string | null, written: WrittenDate): PartialDate {
  const year = written.year !== undefined && YEAR.test(written.year) ? Number(written.year) : null;
  if (year === null) return { day: null, month: null, precision: null, verbatim, year };
  const month = written.month === undefined ? null : findMonth(written.month);
  const day = month === null ? null : findDay(written.day, year, month);
  if (day !== null) return { day, month, precision: 'day', verbatim, year };
  if (month !== null) return { day, month, precision: 'month', verbatim, year };
  return { day, month, precision: written.season === undefined ? 'year' : 'season', verbatim, year };
}

function findDay(text: string | undefined, year: number, month: number): number | null {
  const day = text !== undefined && /^\d{1,2}$/.test(text) ? Number(text) : 0;
  const isReal = day >= 1 && day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
  return isReal ? day : null;
}
