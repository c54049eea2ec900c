import type { PartialDate } from '../domain/document.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * "2019 Sep 20"; a span or a season as NLM has it: "1998 Dec-1999 Jan", "2003 Fall". `null` without a date.
 */
export function toNlmDate({ verbatim, year, month, day }: PartialDate): string | null {
  if (year === null) return verbatim;
  if (month !== null) return [year, MONTHS[month - 1], day].filter((part) => part !== null).join(' ');
  const text =
    verbatim
      ?.split(/[-–]/)
      .map((part) => part.trim())
      .join('-') ?? '';
  return text.startsWith(String(year)) ? text : String(year);
}

/**
 * What the record says beyond the year where that is no month: "Fall", "Dec-1999 Jan"; `null` for nothing.
 */
export function findDateRemark({ verbatim, year, month }: PartialDate): string | null {
  if (year === null || month !== null) return null;
  return toNlmDate({ verbatim, year, month, day: null, precision: null })?.slice(5).trim() || null;
}

/** "jan" to "dec", the months of BibTeX; `null` where the month is not known. */
export function findBibtexMonth({ month }: PartialDate): string | null {
  return month === null ? null : (MONTHS[month - 1]?.toLowerCase() ?? null);
}
