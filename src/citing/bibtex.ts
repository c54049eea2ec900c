import { toRetractionNote } from './csl-json.ts';
import { findBibtexMonth, findDateRemark } from './issued.ts';
import { escapeLatex, protectCase } from './latex-text.ts';
import type { Name } from './name.ts';
import type { Work } from './work.ts';

const TYPES = { article: 'article', chapter: 'incollection', book: 'book' } as const;

/**
 * One BibTeX entry in UTF-8, which biber and today's bibtex read. Groups stand in braces of their own,
 * so that they are not taken apart into first and last names; DOI and URL are verbatim, as their
 * packages want them.
 */
export function toBibtex(work: Work): string {
  const { kind, container, title, vernacularTitle } = work;
  const named = title ?? vernacularTitle;
  const month = findBibtexMonth(work.issued);
  const remark = findDateRemark(work.issued);
  const notes = [
    toRetractionNote(work),
    remark === null ? null : `Issue date: ${work.issued.year} ${remark}`,
  ];
  const fields: [name: string, value: string | null][] = [
    ['author', inBraces(work.authors.map(toBibtexName).join(' and '))],
    ['title', inBraces(named === null ? '' : protectCase(named))],
    [kind === 'chapter' ? 'booktitle' : 'journal', inBraces(escapeLatex(container ?? ''))],
    ['year', inBraces(String(work.issued.year ?? ''))],
    // A macro of every style, so without braces.
    ['month', month],
    ['volume', inBraces(escapeLatex(work.volume ?? ''))],
    ['number', inBraces(escapeLatex(work.issue ?? ''))],
    ['pages', inBraces(escapeLatex(work.pages ?? '').replaceAll('-', '--'))],
    ['issn', inBraces(work.issn ?? '')],
    ['doi', inBraces(work.doi ?? '')],
    ['pmid', inBraces(work.pmid)],
    ['pmcid', inBraces(work.pmcid ?? '')],
    ['url', inBraces(work.url)],
    ['note', inBraces(escapeLatex(notes.filter((note) => note !== null).join('. ')))],
  ];
  const lines = fields.filter(([, value]) => value !== null).map(([name, value]) => `  ${name} = ${value},`);
  return [`@${TYPES[kind]}{${toKey(work)},`, ...lines, '}'].join('\n');
}

/** `null` for an empty value: the field is left out. */
function inBraces(text: string): string | null {
  return text === '' ? null : `{${text}}`;
}

function toBibtexName(name: Name): string {
  if (name.kind === 'group') return `{${escapeLatex(name.name)}}`;
  const { family, given, suffix } = name;
  const last = / and /i.test(` ${family} `) ? `{${escapeLatex(family)}}` : escapeLatex(family);
  return [last, suffix, given]
    .filter((part) => part !== null)
    .map((part, at) => (at === 0 ? part : escapeLatex(part)))
    .join(', ');
}

/** The first author's name, the year and the PMID, which alone would do: `wang2019pmid31541003`. */
function toKey({ authors, issued, pmid }: Work): string {
  const [first] = authors;
  const name = first === undefined ? '' : first.kind === 'group' ? first.name : first.family;
  const ascii = name
    .normalize('NFKD')
    .replace(/[^A-Za-z]/g, '')
    .slice(0, 20)
    .toLowerCase();
  return `${ascii}${issued.year ?? ''}pmid${pmid}`;
}
