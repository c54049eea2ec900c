import { findBibtexMonth, findDateRemark, toNlmDate } from './issued.ts';
import { escapeLatex, protectCase, protectWord } from './latex-text.ts';
import type { Name } from './name.ts';
import { writePages } from './pages.ts';
import type { Work } from './work.ts';
import { listNotes } from './work-notes.ts';

const TYPES = { article: 'article', chapter: 'incollection', book: 'book' } as const;

/**
 * One BibTeX entry that classic `bibtex` and `pdflatex` build: letters with accents, Greek, raised and
 * lowered characters are TeX's own; scripts that TeX has no commands for stay as they are. Groups stand in
 * braces of their own, so that they are not taken apart into first and last names; DOI and URL are verbatim,
 * as their packages want them.
 */
export function toBibtex(work: Work): string {
  const { kind, container, title, abstract, book } = work;
  const fields: [name: string, value: string | null][] = [
    [book?.isEdited ? 'editor' : 'author', inBraces(toAuthors(work))],
    ['title', inBraces(title === null ? '' : protectCase(title, abstract))],
    // What sorts and labels the work where nobody is named.
    ['key', work.authors.length === 0 && title !== null ? inBraces(escapeLatex(title)) : null],
    // Readers put the title of a book into lower case, but for what stands in braces of its own.
    kind === 'chapter'
      ? ['booktitle', inBraces(inBraces(escapeLatex(container ?? '')) ?? '')]
      : ['journal', inBraces(escapeLatex(container ?? ''))],
    ...listBookFields(work),
    ['year', inBraces(String(work.issued.year ?? ''))],
    // Macros of every style, so without braces.
    ['month', findBibtexMonth(work.issued)],
    ['volume', inBraces(escapeLatex(work.volume ?? ''))],
    ['number', inBraces(escapeLatex(work.issue ?? ''))],
    ['pages', inBraces(toPages(work))],
    ['issn', inBraces(work.issn ?? '')],
    ['doi', inBraces(toVerbatim(work.doi ?? ''))],
    ['pmid', inBraces(work.pmid)],
    ['pmcid', inBraces(work.pmcid ?? '')],
    ['url', inBraces(work.url)],
    ['note', inBraces(escapeLatex(listBibtexNotes(work).join('. ')))],
  ];
  const lines = fields.filter(([, value]) => value !== null).map(([name, value]) => `  ${name} = ${value},`);
  return [`@${TYPES[kind]}{${toKey(work)},`, ...lines, '}'].join('\n');
}

function listBookFields({ kind, book }: Work): [name: string, value: string | null][] {
  if (book === null) return [];
  const editors = kind === 'chapter' ? book.editors.map(toBibtexName).join(' and ') : '';
  return [
    ['editor', inBraces(editors)],
    ['edition', inBraces(escapeLatex(book.edition ?? ''))],
    ['publisher', inBraces(escapeLatex(book.publisher ?? ''))],
    ['address', inBraces(escapeLatex(book.place ?? ''))],
    ['isbn', inBraces(book.isbn ?? '')],
  ];
}

/** `null` for an empty value: the field is left out. */
function inBraces(text: string): string | null {
  return text === '' ? null : `{${text}}`;
}

/** A range has a dash of its own, the hyphens of a number stay hyphens. */
function toPages({ locator }: Work): string {
  return locator === null ? '' : escapeLatex(writePages(locator, '–'));
}

function toAuthors({ authors, areAllNamed }: Work): string {
  const names = authors.map(toBibtexName);
  return [...names, ...(areAllNamed || names.length === 0 ? [] : ['others'])].join(' and ');
}

function toBibtexName(name: Name): string {
  if (name.kind === 'group') return `{${escapeLatex(name.name)}}`;
  const { family, given, suffix } = name;
  const others = [suffix, given].filter((piece) => piece !== null).map(escapeName);
  if (others.length === 0) return /\s/.test(family) ? `{${escapeLatex(family)}}` : escapeName(family);
  return [escapeName(family), ...others].join(', ');
}

/**
 * A comma or "and" would end the name, and a word such as "deVere" would be taken for a particle like "de":
 * BibTeX looks at its first letter alone.
 */
function escapeName(piece: string): string {
  // As it is once escaped: a comma of Chinese type is one too.
  if (/,|(?:^|\s)and(?:\s|$)/i.test(piece.normalize('NFKC'))) return `{${escapeLatex(piece)}}`;
  return piece
    .split(' ')
    .map((word) => (/^\p{Ll}.*\p{Lu}/u.test(word) ? protectWord(word) : escapeLatex(word)))
    .join(' ');
}

/** BibTeX counts braces in whatever is between them. */
function toVerbatim(text: string): string {
  return text.replace(/[{}\\]/g, encodeURIComponent);
}

function listBibtexNotes(work: Work): string[] {
  const remark = findDateRemark(work.issued);
  const date = `Issue date: ${toNlmDate(work.issued)}`;
  const notes = listNotes(work).filter((note) => note !== date);
  return remark === null || findBibtexMonth(work.issued) !== null ? notes : [...notes, date];
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
