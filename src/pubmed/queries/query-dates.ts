import { ValidationError } from '../../errors/bio-mcp-error.ts';

const DATE = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/;
/** PubMed's own words for "from the beginning" and "until now and later". */
const FIRST_YEAR = '1000';
const LAST_YEAR = '3000';

export type DateTag = 'pdat' | 'edat' | 'mdat' | 'crdt';

/** `from:to[tag]`, both ends inclusive; a year or a month counts as a whole. `null` leaves an end open. */
export function toDateRange(
  { from, to, tag }: { from: string | null; to: string | null; tag: DateTag },
  fields: { from: string; to: string },
): string {
  const begin = from === null ? FIRST_YEAR : toNcbiDate(from, fields.from);
  const end = to === null ? LAST_YEAR : toNcbiDate(to, fields.to);
  if (end.padEnd(10, '~') < begin) {
    throw new ValidationError(`\`${fields.to}\` (${to}) lies before \`${fields.from}\` (${from}).`);
  }
  return `${begin}:${end}[${tag}]`;
}

/** YYYY[-MM[-DD]] as NCBI writes it; refuses days that no calendar has. */
function toNcbiDate(text: string, field: string): string {
  const match = DATE.exec(text.trim());
  if (match === null)
    throw new ValidationError(`\`${field}\` must be a date as YYYY, YYYY-MM or YYYY-MM-DD.`);
  const [, year = '', month, day] = match;
  const known = [year, month, day].filter((piece) => piece !== undefined);
  const date = new Date(Date.UTC(Number(year), Number(month ?? '1') - 1, Number(day ?? '1')));
  date.setUTCFullYear(Number(year), Number(month ?? '1') - 1, Number(day ?? '1'));
  const exists =
    Number(year) >= Number(FIRST_YEAR) &&
    date.getUTCMonth() + 1 === Number(month ?? '1') &&
    date.getUTCDate() === Number(day ?? '1');
  if (!exists) throw new ValidationError(`\`${field}\` must be a date that exists; ${match[0]} does not.`);
  return known.join('/');
}
