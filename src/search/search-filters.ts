import type { Pmid } from '../domain/ids.ts';
import { ValidationError } from '../errors/bio-mcp-error.ts';
import { toFilterKey } from './filter-key.ts';
import { toLanguageKey } from './language-codes.ts';
import { toAskedAuthorKeys } from './names/author-keys.ts';
import { toJournalKey } from './names/journal-keys.ts';
import type { ChunkFilters } from './search-index.ts';

/** As `rag.search` takes them. An absent or empty list asks for nothing. */
export interface SearchFilters {
  /** YYYY, YYYY-MM or YYYY-MM-DD; the first day of it counts. */
  date_from?: string | undefined;
  /** As above; the last day of it counts. */
  date_to?: string | undefined;
  /** Four digits; both inclusive. */
  year_from?: number | undefined;
  year_to?: number | undefined;
  /** Title, ISO abbreviation, ISSN or NLM id. */
  journals?: readonly string[] | undefined;
  /** People and groups, as `toAskedAuthorKeys` reads them. */
  authors?: readonly string[] | undefined;
  pmids?: readonly Pmid[] | undefined;
  /** Name or UI. */
  mesh?: readonly string[] | undefined;
  /** Name or UI. */
  publication_types?: readonly string[] | undefined;
  /** NLM's three letters, or names. */
  languages?: readonly string[] | undefined;
  exclude_retracted?: boolean | undefined;
}

const MS_A_DAY = 86_400_000;
const PARTIAL_DATE = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/;

/** Throws a ValidationError that names the field when a date cannot be read or the range is empty. */
export function toChunkFilters(filters: SearchFilters): Omit<ChunkFilters, 'excludeRetracted'> {
  const { from, to } = toPublished(filters);
  return {
    ...(from === undefined ? {} : { publishedFrom: from }),
    ...(to === undefined ? {} : { publishedTo: to }),
    ...toKeys('journals', filters.journals, (name) => [toJournalKey(name), toFilterKey(name)]),
    ...toKeys('authors', filters.authors, toAskedAuthorKeys),
    ...(filters.pmids === undefined || filters.pmids.length === 0 ? {} : { pmids: filters.pmids }),
    ...toKeys('mesh', filters.mesh),
    ...toKeys('publicationTypes', filters.publication_types),
    ...toKeys('languages', filters.languages?.map(toLanguageKey)),
  };
}

/** The days that lie within both the dates and the years. */
function toPublished(filters: SearchFilters) {
  const [from] = listDays(filters, ['date_from', 'year_from']).sort((a, b) => b.first - a.first);
  const [to] = listDays(filters, ['date_to', 'year_to']).sort((a, b) => a.last - b.last);
  if (from === undefined || to === undefined || from.first <= to.last)
    return { from: from?.first, to: to?.last };
  throw new ValidationError(
    `\`filters.${from.field}\` lies after \`filters.${to.field}\`; give the earlier one first.`,
  );
}

type DateField = 'date_from' | 'date_to' | 'year_from' | 'year_to';

function listDays(filters: SearchFilters, fields: readonly DateField[]) {
  return fields.flatMap((field) => {
    const given = filters[field];
    return given === undefined ? [] : [{ field, ...toDays(field, String(given)) }];
  });
}

/** Whether a text is YYYY, YYYY-MM or YYYY-MM-DD and the calendar has that day. */
export function isPartialDate(text: string): boolean {
  return toRange(text) !== null;
}

/** Days since 1970-01-01 of the first and the last day that a partial date can mean. */
function toDays(field: string, text: string): { first: number; last: number } {
  const range = toRange(text);
  if (range !== null) return range;
  throw new ValidationError(`\`filters.${field}\` is no date; write it as YYYY, YYYY-MM or YYYY-MM-DD.`);
}

function toRange(text: string): { first: number; last: number } | null {
  const [, year, month, day] = PARTIAL_DATE.exec(text.trim()) ?? [];
  if (year === undefined) return null;
  const first = toDay(Number(year), Number(month ?? 1), Number(day ?? 1));
  if (first === null) return null;
  if (day !== undefined) return { first, last: first };
  const last = month === undefined ? toDay(Number(year), 12, 31) : toLastOfMonth(Number(year), Number(month));
  return { first, last: last ?? first };
}

/** `null` for a day that the calendar does not have. */
function toDay(year: number, month: number, day: number): number | null {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.getTime() / MS_A_DAY : null;
}

function toLastOfMonth(year: number, month: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month, 0);
  return date.getTime() / MS_A_DAY;
}

function toKeys<Name extends string>(
  name: Name,
  names: readonly string[] | undefined,
  read: (name: string) => string[] = (given) => [toFilterKey(given)],
): { [N in Name]?: string[] } {
  const keys = [...new Set((names ?? []).flatMap(read))].filter((key) => key !== '');
  // A computed key widens to `string`; it is `Name`.
  return (keys.length === 0 ? {} : { [name]: keys }) as { [N in Name]?: string[] };
}
