import type { Citation, PartialDate } from '../domain/document.ts';
import type { Pmid } from '../domain/ids.ts';
import { toJournalName } from './journal-name.ts';
import { type Name, toName } from './name.ts';
import { expandPages } from './pages.ts';

/** A record as bibliographies see it. */
export interface Work {
  pmid: Pmid;
  kind: 'article' | 'chapter' | 'book';
  /** Without NLM's final full stop and without the brackets of a translated title. */
  title: string | null;
  /** In the work's own language, where the record has it beside a translation. */
  vernacularTitle: string | null;
  /** `title` is NLM's translation of it. */
  isTranslated: boolean;
  authors: Name[];
  /** The journal, or the book around a chapter. */
  container: string | null;
  /** NLM's abbreviation without full stops. */
  containerShort: string | null;
  issn: string | null;
  volume: string | null;
  issue: string | null;
  /** Ranges with both ends in full: "175-184". */
  pages: string | null;
  issued: PartialDate;
  /** NLM's three letters. */
  languages: string[];
  doi: string | null;
  pmcid: string | null;
  url: string;
  /** NLM's citation of the notice that retracted the work; "" where it is retracted by an unnamed notice. */
  retraction: string | null;
}

export function toWork(citation: Citation): Work {
  const { journal, ids, pmid, languages } = citation;
  const title = citation.title === null ? null : trimTitle(citation.title);
  return {
    pmid,
    kind: citation.kind === 'article' ? 'article' : journal === null ? 'book' : 'chapter',
    title: title === null ? null : title.replace(/^\[(.*)\]$/s, '$1'),
    vernacularTitle: citation.vernacular_title === null ? null : trimTitle(citation.vernacular_title),
    isTranslated: title !== null && /^\[.*\]$/s.test(title),
    authors: citation.authors.map(toName).filter((name) => name !== null),
    container: journal === null ? null : toContainer(citation, journal.title ?? journal.iso_abbreviation),
    containerShort: journal?.iso_abbreviation?.replaceAll('.', '') ?? null,
    issn: journal?.issn ?? null,
    volume: journal?.volume ?? null,
    issue: journal?.issue ?? null,
    pages: journal?.pages == null ? null : expandPages(journal.pages),
    issued: citation.published,
    languages,
    doi: ids.doi ?? null,
    // Some records name a version of the article in PubMed Central: "PMC3706072.1".
    pmcid: ids.pmc?.replace(/\.\d+$/, '') ?? null,
    url:
      ids.bookaccession === undefined
        ? `https://pubmed.ncbi.nlm.nih.gov/${pmid}/`
        : `https://www.ncbi.nlm.nih.gov/books/${ids.bookaccession}/`,
    retraction: findRetraction(citation),
  };
}

function toContainer({ kind }: Citation, title: string | null): string | null {
  return title === null || kind === 'book' ? title : toJournalName(title);
}

/** "Title." but not "Title..." and not "[Title]?". */
function trimTitle(title: string): string {
  return title
    .trim()
    .replace(/(?<!\.)\.(\]?)$/, '$1')
    .trim();
}

function findRetraction({ retraction_status: status, corrections }: Citation): string | null {
  if (status !== 'retracted') return null;
  const notice = corrections.find(({ type }) => /^(?:Partial)?RetractionIn$/.test(type));
  return withoutLastMarks(notice?.citation?.trim() ?? '');
}

function withoutLastMarks(text: string): string {
  let end = text.length;
  while (end > 0 && '.:;'.includes(text[end - 1] ?? ' ')) end -= 1;
  return text.slice(0, end);
}
