import type { Name, PersonName } from './name.ts';
import { findPageSpan, isArticleNumber } from './pages.ts';
import { joinSentences, NO_TITLE, toSentence } from './sentence.ts';
import type { Work } from './work.ts';

/** Up to 20 authors are named; of more, the first 19 and the last (APA 7, 9.8). */
const MAX_AUTHORS = 20;

/** The American Psychological Association's style, 7th edition, as plain text without italics. */
export function toApa(work: Work): string {
  const authors = listAuthors(work.authors);
  const year = `(${work.issued.year ?? 'n.d.'}).`;
  const title = toSentence(toTitle(work));
  const opening = authors === '' ? [title, year] : [toSentence(authors), year, title];
  const url = work.doi === null ? (work.kind === 'article' ? null : work.url) : toDoiUrl(work.doi);
  return joinSentences([...opening, toContainer(work), url]);
}

function listAuthors(authors: readonly Name[]): string {
  const names = authors.map(toApaName);
  const last = names.at(-1) ?? '';
  if (names.length > MAX_AUTHORS) return `${names.slice(0, MAX_AUTHORS - 1).join(', ')}, . . . ${last}`;
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')}, & ${last}`;
}

function toApaName(name: Name): string {
  if (name.kind === 'group') return name.name;
  const suffix = name.suffix === null ? null : /^[JS]r$/.test(name.suffix) ? `${name.suffix}.` : name.suffix;
  return [name.family, toApaInitials(name), suffix].filter((part) => part !== null).join(', ');
}

/** "Jean-Luc A" → "J.-L. A.", "Leandro de Jesus" → "L. de J.". */
function toApaInitials({ given }: PersonName): string | null {
  if (given === null) return null;
  const words = given.split(/[\s.]+/).filter((word) => word !== '');
  const toInitial = (part: string) => `${[...part][0]?.toUpperCase() ?? ''}.`;
  const isParticle = (word: string) => /^\p{Ll}{2,}$/u.test(word);
  return words
    .map((word) => (isParticle(word) ? word : word.split('-').filter(Boolean).map(toInitial).join('-')))
    .join(' ');
}

function toTitle({ title, vernacularTitle, isTranslated, retraction }: Work): string {
  const translated = isTranslated && vernacularTitle !== null ? `${vernacularTitle} [${title}]` : null;
  const named = translated ?? (isTranslated ? `[${title}]` : (title ?? vernacularTitle ?? NO_TITLE));
  if (retraction === null) return named;
  return `${named} (${retraction === '' ? 'Retracted publication' : `Retraction published ${retraction}`})`;
}

function toContainer({ kind, container, volume, issue, pages }: Work): string | null {
  if (container === null) return null;
  if (kind === 'chapter') return toSentence(`In ${container}`);
  const number = issue === null ? volume : `${volume ?? ''}(${issue.replaceAll('-', '–')})`;
  return toSentence([container, number, toPages(pages)].filter((part) => part !== null).join(', '));
}

function toPages(pages: string | null): string | null {
  if (pages === null || findPageSpan(pages) === null) return null;
  return isArticleNumber(pages) ? `Article ${pages}` : pages.replaceAll('-', '–');
}

/**
 * Old DOIs hold characters that end a URL: "10.1002/(SICI)1098-1004(200001)15:1<114::AID-HUMU21>3.0.CO;2-4".
 */
function toDoiUrl(doi: string): string {
  return `https://doi.org/${doi.replace(/[^!$&'()*+,\-./:;=@\w~]/gu, encodeURIComponent)}`;
}
