import { findDateRemark } from './issued.ts';
import { findLanguageTag } from './language.ts';
import type { Name } from './name.ts';
import type { Work } from './work.ts';

/** CSL's numbers of the seasons. */
const SEASONS: Record<string, number> = { spring: 1, summer: 2, fall: 3, autumn: 3, winter: 4 };
const TYPES = { article: 'article-journal', chapter: 'chapter', book: 'book' } as const;

/**
 * One item of CSL-JSON 1.0.2
 * (https://docs.citationstyles.org/en/stable/specification.html#appendix-iv-variables).
 */
export function toCslItem(work: Work): Record<string, unknown> {
  const { pmid, title, vernacularTitle, isTranslated } = work;
  const item = {
    id: `pmid:${pmid}`,
    type: TYPES[work.kind],
    title: title ?? vernacularTitle,
    'original-title': isTranslated ? vernacularTitle : null,
    author: work.authors.length === 0 ? null : work.authors.map(toCslName),
    'container-title': work.container,
    'container-title-short': work.containerShort,
    volume: work.volume,
    issue: work.issue,
    page: work.pages,
    issued: toCslDate(work),
    language: findLanguageTag(work.languages[0] ?? 'und'),
    ISSN: work.issn,
    DOI: work.doi,
    PMID: pmid,
    PMCID: work.pmcid,
    URL: work.url,
    note: toRetractionNote(work),
  };
  return Object.fromEntries(Object.entries(item).filter(([, value]) => value !== null));
}

/** One line that says a work is retracted; `null` for one that is not. */
export function toRetractionNote({ retraction }: Work): string | null {
  if (retraction === null) return null;
  return retraction === '' ? 'Retracted publication' : `Retracted publication. Retraction in: ${retraction}`;
}

function toCslName(name: Name): object {
  if (name.kind === 'group') return { literal: name.name };
  const { family, given, suffix } = name;
  return { family, ...(given !== null && { given }), ...(suffix !== null && { suffix }) };
}

function toCslDate({ issued }: Work): object | null {
  const { verbatim, year, month, day } = issued;
  if (year === null) return verbatim === null ? null : { literal: verbatim };
  const season = SEASONS[findDateRemark(issued)?.toLowerCase() ?? ''];
  const parts = [year, month, day].filter((part) => part !== null);
  return { 'date-parts': [parts], ...(season !== undefined && { season }) };
}
