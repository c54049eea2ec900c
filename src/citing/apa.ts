import { toVolume } from './book.ts';
import { toYears } from './issued.ts';
import { findInitial, listWords, type Name, type PersonName } from './name.ts';
import { type Locator, writePages } from './pages.ts';
import { joinSentences, toSentence } from './sentence.ts';
import { type Tie, toTieText } from './ties.ts';
import type { Work } from './work.ts';

/** Up to 20 authors are named; of more, the first 19 and the last (APA 7, 9.8). */
const MAX_AUTHORS = 20;
const ROMAN: Readonly<Record<string, string>> = {
  '2nd': 'II',
  '3rd': 'III',
  '4th': 'IV',
  '5th': 'V',
  '6th': 'VI',
};

/** The American Psychological Association's style, 7th edition, as plain text without italics. */
export function toApa(work: Work): string {
  const authors = listAuthors(work);
  const year = `(${toYears(work.issued) ?? 'n.d.'}).`;
  const title = toSentence(toTitle(work));
  const opening = authors === '' ? [title, year] : [toSentence(authors), year, title];
  const ahead = work.isAheadOfPrint ? 'Advance online publication.' : null;
  const url = work.doi === null ? (work.kind === 'article' ? null : work.url) : toDoiUrl(work.doi);
  return joinSentences([...opening, toContainer(work), toPublisher(work), ahead, url]);
}

/**
 * Where the record leaves authors out, the last one named is not the last one, so nothing may stand after "et
 * al.".
 */
function listAuthors({ authors, areAllNamed, book }: Work): string {
  const names = authors.map(toApaName);
  if (!areAllNamed && names.length > 0) return `${names.slice(0, MAX_AUTHORS - 1).join(', ')}, et al.`;
  return book?.isEdited ? `${joinNames(names)} ${toRole(names)}.` : joinNames(names);
}

function joinNames(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  if (names.length > MAX_AUTHORS) return `${names.slice(0, MAX_AUTHORS - 1).join(', ')}, . . . ${last}`;
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')}, & ${last}`;
}

function toApaName(name: Name): string {
  if (name.kind === 'group') return name.name;
  return [name.family, toApaInitials(name), toApaSuffix(name)].filter((piece) => piece !== null).join(', ');
}

/** "Jr" → "Jr."; NLM's "3rd" is the name's own "III". */
function toApaSuffix({ suffix }: PersonName): string | null {
  if (suffix === null) return null;
  return ROMAN[suffix] ?? (/^[JS]r$/.test(suffix) ? `${suffix}.` : suffix);
}

/** "Jean-Luc A" → "J.-L. A.", "Leandro de Jesus" → "L. de J.", "Jane (Janie)" → "J.". */
function toApaInitials({ given }: PersonName): string | null {
  if (given === null) return null;
  const isParticle = (word: string) => /^\p{Ll}{2,}$/u.test(word);
  const toLetters = (word: string) => word.split(/[‐‑-]/u).map(findInitial).filter(Boolean);
  const words = listWords(given).map((word) =>
    isParticle(word)
      ? word
      : toLetters(word)
          .map((letter) => `${letter}.`)
          .join('-'),
  );
  return words.join(' ') || null;
}

/**
 * Where there is no title, a description in brackets takes its place (APA 7, 9.22). What became of the work
 * stands in parentheses behind it, as APA's examples have it (10.1, 20 and 21).
 */
function toTitle(work: Work): string {
  const { title, vernacularTitle, isTranslated, isPreprint, ties } = work;
  const translated = isTranslated && vernacularTitle !== null ? `${vernacularTitle} [${title}]` : null;
  const named = translated ?? (isTranslated ? `[${title}]` : (title ?? '[Untitled work]'));
  return [
    work.kind === 'book' ? `${named}${toBookRemark(work)}` : named,
    ...(isPreprint ? ['[Preprint]'] : []),
    ...ties.map((tie) => `(${toApaTie(tie)})`),
  ].join(' ');
}

/** "Retraction in: Biosci Rep. 2020" → "Retraction published Biosci Rep. 2020"; "republished in" stays. */
function toApaTie(tie: Tie): string {
  const { label, source } = tie;
  const text = toTieText(tie);
  const isLater = label.endsWith(' in') && !label.endsWith('published in') && source !== '';
  return isLater ? `${label.slice(0, -3)} published ${text.slice(label.length + 2)}` : text;
}

function toContainer(work: Work): string | null {
  const { kind, container, volume, issue, locator } = work;
  if (container === null) return null;
  if (kind === 'chapter') return toSentence(`In ${toEditors(work)}${container}${toBookRemark(work)}`);
  const [volumes, issues] = [volume, issue].map((count) => count?.replace(/(?<=\d)-(?=\d)/g, '–') ?? null);
  const number = issues === null ? volumes : `${volumes ?? ''}(${issues})`;
  // The number of a preprint is its server's, and in its DOI.
  const place = work.isPreprint ? null : toPlace(locator);
  return toSentence([container, number, place].filter((piece) => piece !== null).join(', '));
}

/** "M. P. Adam & J. Feldman (Eds.), ": behind "In", initials stand first. */
function toEditors({ book }: Work): string {
  const names = (book?.editors ?? []).map((name) =>
    name.kind === 'group'
      ? name.name
      : [toApaInitials(name), name.family, toApaSuffix(name)].filter((piece) => piece !== null).join(' '),
  );
  if (names.length === 0) return '';
  const joined = names.length === 2 ? names.join(' & ') : joinNames(names);
  return `${joined} ${toRole(names)}, `;
}

function toRole(names: readonly string[]): string {
  return names.length === 1 ? '(Ed.)' : '(Eds.)';
}

/** " (2nd ed., Vol. 1, pp. 12–15)". */
function toBookRemark({ book, locator, volume }: Work): string {
  const edition = book?.edition == null ? null : `${book.edition} ed.`;
  const mark = locator?.kind === 'pages' && locator.last === null ? 'p.' : 'pp.';
  const place = locator === null ? null : `${mark} ${writePages(locator, '–')}`;
  const pieces = [edition, volume === null ? null : toVolume(volume), place].filter(
    (piece) => piece !== null,
  );
  return pieces.length === 0 ? '' : ` (${pieces.join(', ')})`;
}

/** A publisher that is the author as well is not told twice (APA 7, 9.29). */
function toPublisher({ book, authors }: Work): string | null {
  const publisher = book?.publisher ?? null;
  if (publisher === null) return null;
  const [author] = authors;
  const isAuthor = authors.length === 1 && author?.kind === 'group' && author.name === publisher;
  return isAuthor ? null : toSentence(publisher);
}

function toPlace(locator: Locator | null): string | null {
  // A count of words and paragraphs, in brackets, is no place.
  if (locator === null || locator.text.startsWith('[')) return null;
  return locator.kind === 'number' ? `Article ${locator.text}` : writePages(locator, '–');
}

/**
 * Old DOIs hold characters that end a URL: "10.1002/(SICI)1098-1004(200001)15:1<114::AID-HUMU21>3.0.CO;2-4".
 */
function toDoiUrl(doi: string): string {
  return `https://doi.org/${doi.replace(/[^!$&'()*+,\-./:;=@\w~]/gu, encodeURIComponent)}`;
}
