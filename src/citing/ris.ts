import { findDateRemark } from './issued.ts';
import { findLanguageName } from './language.ts';
import type { Name } from './name.ts';
import type { Work } from './work.ts';
import { listNotes } from './work-notes.ts';

const TYPES = { article: 'JOUR', chapter: 'CHAP', book: 'BOOK' } as const;

/** One RIS entry, of the tags that EndNote, Zotero, Mendeley and tools for screening read alike. */
export function toRis(work: Work): string {
  const { kind, title, vernacularTitle, isTranslated, container, containerShort, locator, book } = work;
  const isOriginalKnown = isTranslated && vernacularTitle !== null;
  const lines: [tag: string, value: string | null][] = [
    ['TY', book?.isEdited ? 'EDBOOK' : TYPES[kind]],
    ...toLines('AU', work.authors.map(toRisName)),
    ['TI', isOriginalKnown ? vernacularTitle : title],
    ['TT', isOriginalKnown ? title : null],
    ['T2', container],
    ...toLines('A2', kind === 'chapter' ? (book?.editors.map(toRisName) ?? []) : []),
    ['J2', containerShort],
    ['PY', work.issued.year === null ? null : String(work.issued.year)],
    ['DA', toRisDate(work)],
    ['VL', work.volume],
    ['IS', work.issue],
    // Only one range has an end: a number, or several ranges, stand whole where the pages begin.
    ['SP', locator?.kind === 'pages' ? locator.first : (locator?.text ?? null)],
    ['EP', locator?.kind === 'pages' ? locator.last : null],
    ['ET', book?.edition ?? null],
    ['PB', book?.publisher ?? null],
    ['CY', book?.place ?? null],
    ['SN', work.issn ?? book?.isbn ?? null],
    ['DO', work.doi],
    ['LA', findLanguageName(work.languages[0] ?? 'und')],
    ['AN', work.pmid],
    ['C2', work.pmcid],
    ['DB', 'PubMed'],
    ['UR', work.url],
    ['AB', work.abstract],
    ...toLines('KW', work.keywords),
    ...toLines('N1', listNotes(work)),
  ];
  const written = lines.filter(([, value]) => value !== null && value !== '');
  return [...written.map(([tag, value]) => `${tag}  - ${toOneLine(value ?? '')}`), 'ER  - '].join('\n');
}

function toLines(tag: string, values: readonly string[]): [tag: string, value: string][] {
  return values.map((value) => [tag, value]);
}

/** A value ends at its line: an abstract's sections follow each other. */
function toOneLine(text: string): string {
  const lines = text.split(/[\r\n\u2028\u2029]/).map((line) => line.trim());
  return lines.filter((line) => line !== '').join(' ');
}

function toRisName(name: Name): string {
  if (name.kind === 'group') return toWholeName(name.name);
  const { family, given, suffix } = name;
  if (given === null && suffix === null) return toWholeName(family);
  // A suffix is the third piece, so an absent given name leaves its place empty.
  return [family, given ?? '', ...(suffix === null ? [] : [suffix])].join(', ');
}

/**
 * A reader takes the last word for a family name where there is no comma: one at the end keeps a name of
 * several words whole. A comma of the name's own is doubled, as EndNote asks.
 */
function toWholeName(name: string): string {
  if (name.includes(',')) return name.replace(/,\s*/, ',, ');
  return /\s/.test(name) ? `${name},` : name;
}

/** YYYY/MM/DD/anything else; the slashes stay where a piece is missing. */
function toRisDate({ issued }: Work): string | null {
  if (issued.year === null) return null;
  const pad = (piece: number | null) => (piece === null ? '' : String(piece).padStart(2, '0'));
  return `${issued.year}/${pad(issued.month)}/${pad(issued.day)}/${findDateRemark(issued) ?? ''}`;
}
