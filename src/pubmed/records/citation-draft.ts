import type {
  Abstract,
  AbstractSection,
  Author,
  Chemical,
  Citation,
  Correction,
  Grant,
  Journal,
  MeshHeading,
  NamedUi,
  OtherAbstract,
  PartialDate,
  Reference,
} from '../../domain/document/document.ts';
import type { WrittenDate } from './published-date.ts';

const NO_DATE: PartialDate = { day: null, month: null, precision: null, verbatim: null, year: null };

/**
 * What has been read of a record so far. The fields named `current…` belong to the element that is open now.
 */
export class CitationDraft {
  kind: Citation['kind'] | null = null;
  pmid: string | null = null;
  version = 1;
  title: string | null = null;
  vernacularTitle: string | null = null;
  abstract: Abstract | null = null;
  otherAbstracts: OtherAbstract[] = [];
  authors: Author[] = [];
  authorsComplete = true;
  journal: Journal = toEmptyJournal();
  startPage: string | null = null;
  endPage: string | null = null;
  linkingIssn: string | null = null;
  published: PartialDate = NO_DATE;
  publishedOnline: string | null = null;
  publicationModel: string | null = null;
  aheadOfPrint = false;
  entrezDate: string | null = null;
  revisedOn: string | null = null;
  languages: string[] = [];
  publicationTypes: NamedUi[] = [];
  mesh: MeshHeading[] = [];
  chemicals: Chemical[] = [];
  keywords: string[] = [];
  grants: Grant[] = [];
  /** By lower-case type. */
  ids = new Map<string, string>();
  /** From the article's own ELocationID. */
  locationDoi: string | null = null;
  locationPii: string | null = null;
  /** Those that the article's ELocationID calls invalid. */
  wrongDois = new Set<string>();
  references: Reference[] = [];
  /** CommentsCorrections that say "Cites": references in files without a ReferenceList. */
  cited: Reference[] = [];
  corrections: Correction[] = [];
  book = new BookDraft();

  currentSections: AbstractSection[] = [];
  currentAuthors: Author[] = this.authors;
  currentAuthor: Author = toEmptyAuthor();
  currentDate: WrittenDate = {};
  currentChemical: Chemical = { name: '', registry_number: null, ui: null };
  currentGrant: Grant = { agency: null, country: null, id: null };
  currentReference: Reference = { citation: null, doi: null, pmid: null };
  currentCorrection: Correction = { citation: null, pmid: null, type: '' };
}

/** What a book record says about the book around a chapter. */
class BookDraft {
  title: string | null = null;
  authors: Author[] = [];
  editors: Author[] = [];
  authorsComplete = true;
  publisher: string | null = null;
  publisherLocation: string | null = null;
  edition: string | null = null;
  isbn: string | null = null;
  /** Of the whole book. */
  doi: string | null = null;
  medium: string | null = null;
  /** The years between which a book on the web grew. */
  began: number | null = null;
  ended: number | null = null;
  published: PartialDate = NO_DATE;
  contributed: PartialDate = NO_DATE;
}

export function toEmptyAuthor({ isMisspelt = false } = {}): Author {
  return {
    affiliations: [],
    collective_name: null,
    fore_name: null,
    initials: null,
    last_name: null,
    ...(isMisspelt && { misspelt: true }),
    orcid: null,
    suffix: null,
  };
}

function toEmptyJournal(): Journal {
  return {
    iso_abbreviation: null,
    issn: null,
    issue: null,
    nlm_id: null,
    pages: null,
    title: null,
    volume: null,
  };
}
