import { isDeepStrictEqual } from 'node:util';
import type { PartialDate } from '../domain/document/document.ts';
import { type DatePoint, readDateSpan } from './issued.ts';
import { findLanguageTag } from './language.ts';
import type { Name } from './name.ts';
import type { Locator } from './pages.ts';
import type { Work } from './work.ts';
import { listNotes } from './work-notes.ts';

/** CSL's numbers of the seasons. */
const SEASONS: Record<string, number> = { spring: 1, summer: 2, fall: 3, autumn: 3, winter: 4 };
const TYPES = { article: 'article-journal', chapter: 'chapter', book: 'book' } as const;

/**
 * One item of CSL-JSON 1.0.2
 * (https://docs.citationstyles.org/en/stable/specification.html#appendix-iv-variables).
 */
export function toCslItem(work: Work): Record<string, unknown> {
  const { pmid, title, vernacularTitle, isTranslated, locator, book } = work;
  const notes = listNotes(work);
  const item = {
    id: `pmid:${pmid}`,
    // CSL has no type of its own for a preprint: "use genre".
    type: work.isPreprint ? 'article' : TYPES[work.kind],
    genre: work.isPreprint ? 'preprint' : null,
    title,
    'original-title': isTranslated ? vernacularTitle : null,
    [book?.isEdited ? 'editor' : 'author']: toCslNames(work.authors),
    ...(work.kind === 'chapter' && { editor: toCslNames(book?.editors ?? []) }),
    'container-title': work.container,
    'container-title-short': work.containerShort,
    volume: work.volume,
    issue: work.issue,
    page: locator?.text ?? null,
    number: findNumber(locator),
    issued: toCslDate(work.issued),
    'available-date': work.online === null ? null : toCslDate(work.online),
    status: work.isAheadOfPrint ? 'advance online publication' : null,
    language: findLanguageTag(work.languages[0] ?? 'und'),
    edition: toCslEdition(book?.edition ?? null),
    publisher: book?.publisher ?? null,
    'publisher-place': book?.place ?? null,
    ISSN: work.issn,
    ISBN: book?.isbn ?? null,
    DOI: work.doi,
    PMID: pmid,
    PMCID: work.pmcid,
    URL: work.url,
    note: notes.length === 0 ? null : notes.join('. '),
  };
  return Object.fromEntries(Object.entries(item).filter(([, value]) => value !== null));
}

/** Newer styles (APA 7) ask for `number`, all others for `page`: an article number stands in both. */
function findNumber(locator: Locator | null): string | null {
  return locator?.kind === 'number' ? locator.text : null;
}

function toCslNames(names: readonly Name[]): object[] | null {
  return names.length === 0 ? null : names.map(toCslName);
}

/** A number, to which each style adds its own ending: "2nd" → "2". */
function toCslEdition(edition: string | null): string | null {
  return edition?.replace(/^(\d+)(?:st|nd|rd|th)$/, '$1') ?? null;
}

function toCslName(name: Name): object {
  if (name.kind === 'group') return { literal: name.name };
  const { family, given, suffix } = name;
  return { family, ...(given !== null && { given }), ...(suffix !== null && { suffix }) };
}

/** A span has two dates. Of seasons CSL takes one, and none in a span: the note has the text. */
function toCslDate(date: PartialDate): object | null {
  const span = readDateSpan(date);
  if (span === null) return date.verbatim === null ? null : { literal: date.verbatim };
  const { from, to } = span;
  const season = to === null ? SEASONS[from.season?.toLowerCase() ?? ''] : undefined;
  const [first, last] = [toDateNumbers(from), to === null ? null : toDateNumbers(to)];
  const parts = last === null || isDeepStrictEqual(first, last) ? [first] : [first, last];
  return { 'date-parts': parts, ...(season !== undefined && { season }) };
}

function toDateNumbers({ year, month, day }: DatePoint): number[] {
  return [year, month, day].filter((part) => part !== null);
}
