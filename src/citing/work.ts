import type { Citation } from '../domain/document/document.ts';
import { isDoi, toBareDoi } from '../domain/document/doi.ts';
import type { Pmid } from '../domain/ids.ts';
import { type Book, readBook } from './book.ts';
import { toJournalName } from './journal-name.ts';
import { type Name, readAuthors } from './name.ts';
import { type Locator, toLocator } from './pages.ts';
import { type PublicationDates, readPublicationDates } from './publication-dates.ts';
import { isPreprint, readTies, type Tie } from './ties.ts';
import { readTitles, type Titles, trimTitle } from './title.ts';

/** A record as bibliographies see it: every fact is read here once, and each style only writes it. */
export interface Work extends Titles, PublicationDates {
  pmid: Pmid;
  kind: 'article' | 'chapter' | 'book';
  isPreprint: boolean;
  authors: Name[];
  /** Whether `authors` names them all. */
  areAllNamed: boolean;
  /** Of a book or a chapter. */
  book: Book | null;
  /** The journal, or the book around a chapter. */
  container: string | null;
  /** NLM's abbreviation without full stops. */
  containerShort: string | null;
  issn: string | null;
  volume: string | null;
  issue: string | null;
  locator: Locator | null;
  /** NLM's three letters. */
  languages: string[];
  doi: string | null;
  pmcid: string | null;
  url: string;
  ties: Tie[];
  abstract: string | null;
  /** The authors' keywords, then NLM's headings. */
  keywords: string[];
}

export function toWork(citation: Citation): Work {
  const { journal, ids, pmid, languages } = citation;
  return {
    ...readTitles(citation),
    ...readPublicationDates(citation),
    pmid,
    kind: citation.kind === 'article' ? 'article' : journal === null ? 'book' : 'chapter',
    isPreprint: isPreprint(citation),
    authors: readAuthors(citation).map(({ name }) => name),
    areAllNamed: citation.authors_complete !== false,
    book: readBook(citation),
    container: journal === null ? null : toContainer(citation, journal.title ?? journal.iso_abbreviation),
    containerShort: journal?.iso_abbreviation?.replaceAll('.', '') ?? null,
    issn: journal?.issn ?? null,
    volume: journal?.volume ?? null,
    issue: journal?.issue ?? null,
    locator: readLocator(citation),
    languages,
    doi: findDoi(ids.doi),
    pmcid: findPmcid(ids.pmc),
    url:
      ids.bookaccession === undefined
        ? `https://pubmed.ncbi.nlm.nih.gov/${pmid}/`
        : `https://www.ncbi.nlm.nih.gov/books/${ids.bookaccession}/`,
    ties: readTies(citation),
    abstract: citation.abstract?.text ?? null,
    keywords: [...new Set([...citation.keywords, ...citation.mesh.map(({ name }) => name)])],
  };
}

/** `null` for what cannot be one: a link to it would lead nowhere. */
function findDoi(given: string | undefined): string | null {
  const doi = given === undefined ? '' : toBareDoi(given);
  return isDoi(doi) ? doi : null;
}

/** Some records name a version of the article in PubMed Central: "PMC3706072.1". */
function findPmcid(given: string | undefined): string | null {
  const [, number] = /^(?:PMC)?(\d+)(?:\.\d+)?$/i.exec(given ?? '') ?? [];
  return number === undefined ? null : `PMC${number}`;
}

/** An electronic location stands in lieu of pages, as a number of the work's own. */
function readLocator({
  journal,
  article_number: number,
  publication_model: model,
}: Citation): Locator | null {
  if (journal?.pages != null)
    return toLocator(journal.pages, { isElectronic: model?.startsWith('Electronic') === true });
  return number === undefined ? null : { kind: 'number', text: number };
}

function toContainer({ kind }: Citation, title: string | null): string | null {
  if (title === null) return null;
  return kind === 'book' ? trimTitle(title) : toJournalName(title);
}
