import { toRetractionNote } from './csl-json.ts';
import { findDateRemark } from './issued.ts';
import { findLanguageName } from './language.ts';
import type { Name } from './name.ts';
import { findPageSpan } from './pages.ts';
import type { Work } from './work.ts';

const TYPES = { article: 'JOUR', chapter: 'CHAP', book: 'BOOK' } as const;

/** One RIS entry, of the tags that EndNote, Zotero and Mendeley read alike. */
export function toRis(work: Work): string {
  const { kind, title, vernacularTitle, isTranslated, container, containerShort } = work;
  const span = work.pages === null ? null : findPageSpan(work.pages);
  const isOriginalKnown = isTranslated && vernacularTitle !== null;
  const lines: [tag: string, value: string | null][] = [
    ['TY', TYPES[kind]],
    ...work.authors.map((name): [string, string] => ['AU', toRisName(name)]),
    ['TI', isOriginalKnown ? vernacularTitle : (title ?? vernacularTitle)],
    ['TT', isOriginalKnown ? title : null],
    ['T2', container],
    ['J2', containerShort],
    ['PY', work.issued.year === null ? null : String(work.issued.year)],
    ['DA', toRisDate(work)],
    ['VL', work.volume],
    ['IS', work.issue],
    ['SP', span?.first ?? work.pages],
    ['EP', span?.last ?? null],
    ['SN', work.issn],
    ['DO', work.doi],
    ['LA', findLanguageName(work.languages[0] ?? 'und')],
    ['AN', work.pmid],
    ['C2', work.pmcid],
    ['DB', 'PubMed'],
    ['UR', work.url],
    ['N1', toRetractionNote(work)],
  ];
  const written = lines.filter(([, value]) => value !== null && value !== '');
  return [...written.map(([tag, value]) => `${tag}  - ${value}`), 'ER  - '].join('\n');
}

function toRisName(name: Name): string {
  if (name.kind === 'group') return name.name;
  // A suffix is the third part, so an absent given name leaves its place empty.
  const parts =
    name.suffix === null ? [name.family, name.given] : [name.family, name.given ?? '', name.suffix];
  return parts.filter((part) => part !== null).join(', ');
}

/** YYYY/MM/DD/anything else; the slashes stay where a part is missing. */
function toRisDate({ issued }: Work): string | null {
  if (issued.year === null) return null;
  const pad = (part: number | null) => (part === null ? '' : String(part).padStart(2, '0'));
  return `${issued.year}/${pad(issued.month)}/${pad(issued.day)}/${findDateRemark(issued) ?? ''}`;
}
