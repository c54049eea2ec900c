const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const MONTH_WORD =
  /^(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?$/i;
const MONTH_NUMBER = /^(?:0?[1-9]|1[0-2])$/;

/**
 * Northern, as journals count. A winter issue may be that of January or of December, so it can mean
 * any day between.
 */
const SEASONS = new Map<string, MonthSpan>([
  ['spring', { first: 3, last: 5 }],
  ['summer', { first: 6, last: 8 }],
  ['autumn', { first: 9, last: 11 }],
  ['fall', { first: 9, last: 11 }],
  ['winter', { first: 1, last: 12 }],
]);

/** Months of one year, both counted from 1 and included. */
export interface MonthSpan {
  first: number;
  last: number;
}

/** 1 to 12 for an English month's name, its abbreviation or its number; `null` for anything else. */
export function findMonth(text: string): number | null {
  if (MONTH_NUMBER.test(text)) return Number(text);
  return MONTH_WORD.test(text) ? MONTHS.indexOf(text.slice(0, 3).toLowerCase()) + 1 : null;
}

/** The months of an English season; `null` for any other word. */
export function findSeason(text: string): MonthSpan | null {
  return SEASONS.get(text.toLowerCase()) ?? null;
}
