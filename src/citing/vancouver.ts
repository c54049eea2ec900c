import { type Book, toVolume } from './book.ts';
import { toNlmDate } from './issued.ts';
import { findLanguageName } from './language.ts';
import type { Name } from './name.ts';
import { shortenPages } from './pages.ts';
import { joinSentences, toSentence } from './sentence.ts';
import { toTieText } from './ties.ts';
import type { Work } from './work.ts';

/** ICMJE's sample references name six authors and then "et al.". */
const MAX_AUTHORS = 6;

/**
 * As PubMed's own "NLM" button writes it, with the authors of the ICMJE's recommendations
 * (https://www.nlm.nih.gov/bsd/uniform_requirements.html).
 */
export function toVancouver(work: Work): string {
  const authors = listNames(work.authors, work);
  return joinSentences([
    authors === '' ? null : toSentence(work.book?.isEdited ? toEditors(work.authors) : authors),
    work.title === null ? null : toSentence(toTitle(work.title, work)),
    ...(work.kind === 'article' ? [toSource(work), toLanguages(work)] : toBookPart(work)),
    toDoiSentence(work),
    work.dateNote === null ? null : toSentence(work.dateNote),
    toIds(work),
    ...work.ties.map((tie) => toSentence(toTieText(tie))),
  ]);
}

/**
 * A semicolon keeps a group from its neighbours, whose own name may hold commas: "Doe J, Roe A; Test Group"
 * (Citing Medicine, chapter 1, "Organizations as author"; ICMJE's sample reference 3).
 */
function listNames(authors: readonly Name[], { areAllNamed }: { areAllNamed: boolean }): string {
  const named = authors.slice(0, MAX_AUTHORS);
  const text = named
    .map((name, at) => {
      const before = named[at - 1];
      if (before === undefined) return toVancouverName(name);
      const mark = name.kind === 'group' || before.kind === 'group' ? ';' : ',';
      return `${mark} ${toVancouverName(name)}`;
    })
    .join('');
  const isCut = authors.length > MAX_AUTHORS || (named.length > 0 && !areAllNamed);
  return isCut ? `${text}${named.at(-1)?.kind === 'group' ? ';' : ','} et al` : text;
}

function toVancouverName(name: Name): string {
  if (name.kind === 'group') return name.name;
  return [name.family, name.initials, name.suffix].filter((piece) => piece !== null).join(' ');
}

function toEditors(editors: readonly Name[]): string {
  return `${listNames(editors, { areAllNamed: true })}, editor${editors.length === 1 ? '' : 's'}`;
}

function toTitle(title: string, { isTranslated, kind, book }: Work): string {
  if (kind === 'book' && book?.isOnline) return `${title} [Internet]`;
  return isTranslated ? `[${title}]` : title;
}

/** Journal, date and place, as NLM writes them: "Biochemistry. 1975 Nov 18;14(23):5105-10." */
export function toSource(work: Work, pages = toShortPages(work)): string {
  const { containerShort, container, volume, issue } = work;
  const journal = containerShort ?? container;
  const numbers = `${volume ?? ''}${issue === null ? '' : `(${issue})`}`;
  const date = toNlmDate(work.issued) ?? '';
  const place = `${numbers === '' || date === '' ? numbers : `;${numbers}`}${pages === '' ? '' : `:${pages}`}`;
  const when = `${date}${place}`;
  return joinSentences([
    journal === null ? null : toSentence(work.isPreprint ? `${journal} [Preprint]` : journal),
    when === '' ? null : toSentence(when),
  ]);
}

function toShortPages({ locator }: Work): string {
  return locator?.kind === 'number' ? locator.text : shortenPages(locator?.text ?? '');
}

/** A DOI that ends in a full stop brings its own. */
export function toDoiSentence({ doi }: Work): string | null {
  return doi === null ? null : `doi: ${doi}${doi.endsWith('.') ? '' : '.'}`;
}

/** Told where one of them is not English. */
function toLanguages({ languages }: Work): string | null {
  if (languages.every((code) => code === 'eng')) return null;
  const names = languages.map(findLanguageName).filter((name) => name !== null);
  return names.length === 0 ? null : toSentence(names.join(', '));
}

/**
 * A chapter's own date stands in front of the book, the years of the book behind its publisher (Citing
 * Medicine, 22).
 */
function toBookPart(work: Work): (string | null)[] {
  const { book, container, url, kind } = work;
  const when = toNlmDate(work.issued);
  const years = kind === 'book' ? (book?.years ?? when) : (book?.years ?? null);
  const isOwnDate = kind === 'chapter' && when !== null && when !== years?.slice(0, 4);
  const editors = book === null || book.editors.length === 0 ? '' : `${toEditors(book.editors)}. `;
  const medium = book === null || book.isOnline ? ' [Internet]' : '';
  return [
    isOwnDate ? toSentence(toUpdated(when, work)) : null,
    kind === 'chapter' && container !== null ? toSentence(`In: ${editors}${container}${medium}`) : null,
    book?.edition == null ? null : toSentence(`${book.edition} ed`),
    work.volume === null ? null : toSentence(toVolume(work.volume)),
    toImprint(book, years),
    work.locator === null ? null : toSentence(`p. ${shortenPages(work.locator.text)}`),
    `Available from: ${url}.`,
  ];
}

function toUpdated(when: string, { updated }: Work): string {
  const later = updated === null ? null : toNlmDate(updated);
  return later === null || later === when ? when : `${when} [updated ${later}]`;
}

/** "Seattle (WA): University of Washington, Seattle; 1993-2025." */
function toImprint(book: Book | null, years: string | null): string | null {
  const publisher = [book?.place, book?.publisher].filter((piece) => piece != null).join(': ');
  const pieces = [publisher, years ?? ''].filter((piece) => piece !== '');
  return pieces.length === 0 ? null : toSentence(pieces.join('; '));
}

function toIds({ pmid, pmcid }: Work): string {
  return pmcid === null ? `PMID: ${pmid}.` : `PMID: ${pmid}; PMCID: ${pmcid}.`;
}
