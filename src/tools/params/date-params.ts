import { z } from 'zod';
import { readBy } from './lenient-params.ts';

const INSTANT = /^(\d{4}-\d{2}-\d{2})[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?\s?(?:Z|[+-]\d{2}:?\d{2})?$/i;
const DATE = /^(\d{4})(?:[-/](\d{1,2})(?:[-/](\d{1,2}))?)?$/;

/** A date as YYYY, YYYY-MM or YYYY-MM-DD; who takes it checks that the calendar has it. */
export const dateParam = readBy(z.string().max(10), readDate);

/** A whole day. */
export const dayParam = readBy(z.iso.date({ error: 'must be a day that exists, as YYYY-MM-DD' }), readDate);

/** An instant is the day it is written with; a year may be a number, and PubMed's slashes are read. */
function readDate(value: unknown): unknown {
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string') return value;
  const text = value.trim();
  const day = INSTANT.exec(text)?.[1];
  if (day !== undefined) return day;
  const pieces = DATE.exec(text);
  if (pieces === null) return value;
  return pieces
    .slice(1)
    .filter((piece) => piece !== undefined)
    .map((piece) => piece.padStart(2, '0'))
    .join('-');
}
