import type { BookFacts, Citation, Journal, Reference } from '../../domain/document/document.ts';
import { isDoi, toBareDoi } from '../../domain/document/doi.ts';
import { isTitleStandIn } from '../../domain/document/title-stand-in.ts';
import { type Pmid, toDocId } from '../../domain/ids.ts';
import type { CitationDraft } from './citation-draft.ts';
import { toRetractionStatus } from './retraction-status.ts';

/**
 * The finished citation of a draft that has been read to its end; its PMID was checked by the caller.
 *
 * Here and wherever a part of a citation is made, names stand in alphabetical order: so the canonical JSON of
 * a citation, which every load makes of every record, is that of the object as it is.
 */
export function toCitation(draft: CitationDraft, pmid: Pmid): Citation {
  const isChapter = draft.title !== null;
  const isBook = draft.kind === 'book';
  const title = isBook && !isChapter ? draft.book.title : draft.title;
  const { publicationModel: model, publishedOnline: online, locationPii } = draft;
  const journal = isBook ? toBookAround(draft, isChapter) : toJournal(draft);
  return {
    abstract: draft.abstract,
    ...(draft.aheadOfPrint && { ahead_of_print: true }),
    ...(locationPii !== null && journal?.pages == null && { article_number: locationPii }),
    authors: isBook ? chooseBookAuthors(draft, isChapter) : draft.authors,
    ...(!areAuthorsComplete(draft) && { authors_complete: false }),
    ...(isBook && { book: toBookFacts(draft) }),
    chemicals: draft.chemicals,
    corrections: draft.corrections,
    doc_id: toDocId(pmid),
    entrez_date: draft.entrezDate,
    grants: draft.grants,
    ids: toIds(draft, isBook && !isChapter ? draft.book.doi : draft.locationDoi),
    journal,
    keywords: draft.keywords,
    kind: isBook ? 'book' : 'article',
    languages: draft.languages,
    mesh: draft.mesh,
    other_abstracts: draft.otherAbstracts,
    pmid,
    ...(model !== null && model !== 'Print' && { publication_model: model }),
    publication_types: draft.publicationTypes,
    published: isBook ? chooseBookDate(draft) : draft.published,
    ...(online !== null && { published_online: online }),
    references: toReferences(draft),
    retraction_status: toRetractionStatus(draft.publicationTypes, draft.corrections),
    revised_on: draft.revisedOn,
    title: withoutStandIn(title),
    vernacular_title: withoutStandIn(draft.vernacularTitle),
    version: draft.version,
  };
}

function withoutStandIn(title: string | null): string | null {
  return title === null || isTitleStandIn(title) ? null : title;
}

function toJournal({ journal, linkingIssn, startPage, endPage }: CitationDraft): Journal | null {
  journal.issn ??= linkingIssn;
  journal.pages ??= toPages(startPage, endPage);
  return Object.values(journal).every((fact) => fact === null) ? null : journal;
}

/** The book a chapter is in stands where an article has its journal; a whole book is in nothing. */
function toBookAround(draft: CitationDraft, isChapter: boolean): Journal | null {
  if (!isChapter || draft.book.title === null) return null;
  const pages = draft.journal.pages ?? toPages(draft.startPage, draft.endPage);
  return { ...draft.journal, title: draft.book.title, pages };
}

function toBookFacts({ book }: CitationDraft): BookFacts {
  const { edition, editors, isbn, medium, publisher, publisherLocation } = book;
  return {
    edition,
    editors,
    isbn,
    medium,
    publisher,
    publisher_location: publisherLocation,
    years: toYears(book),
  };
}

function toYears({ began, ended, published }: CitationDraft['book']): string | null {
  if (began === null || began === ended) return (began ?? published.year)?.toString() ?? null;
  return `${began}-${ended ?? ''}`;
}

/**
 * Who is named in front when the text is cited: the chapter's authors, where it has none the book's, and for
 * a whole book without authors its editors.
 */
function chooseBookAuthors({ authors, book }: CitationDraft, isChapter: boolean): Citation['authors'] {
  if (authors.length > 0) return authors;
  return book.authors.length > 0 || isChapter ? book.authors : book.editors;
}

/** Of the list that `chooseBookAuthors` chooses. */
function areAuthorsComplete({ kind, authors, authorsComplete, book }: CitationDraft): boolean {
  return kind !== 'book' || authors.length > 0 ? authorsComplete : book.authorsComplete;
}

/** A chapter's own date first: a book on the web may have begun decades before the chapter was written. */
function chooseBookDate({ book }: CitationDraft): Citation['published'] {
  return book.contributed.verbatim === null ? book.published : book.contributed;
}

function toPages(startPage: string | null, endPage: string | null): string | null {
  return startPage === null || endPage === null ? startPage : `${startPage}-${endPage}`;
}

/** The DOI of the list, but for one that cannot be one or that NLM calls invalid where it has a valid one. */
function toIds({ ids, wrongDois }: CitationDraft, locationDoi: string | null): Record<string, string> {
  const own = ids.get('doi');
  const isGood = own !== undefined && isDoi(toBareDoi(own)) && !wrongDois.has(own);
  const doi = isGood ? own : (locationDoi ?? own);
  if (doi !== undefined) ids.set('doi', toBareDoi(doi));
  return Object.fromEntries([...ids].sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** The reference list, then what only a CommentsCorrections cites. */
function toReferences({ references, cited }: CitationDraft): Reference[] {
  if (references.length === 0 || cited.length === 0) return references.length === 0 ? cited : references;
  const listed = new Set(references.map(({ pmid }) => pmid));
  return [...references, ...cited.filter(({ pmid }) => pmid === null || !listed.has(pmid))];
}
