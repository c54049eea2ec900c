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
} from '../domain/document.ts';
import type { DateParts } from './published-date.ts';

export const NO_DATE: PartialDate = { verbatim: null, year: null, month: null, day: null, precision: null };

/** What has been read of a record so far. The fields named `current…` belong to the element that is open now. */
export class CitationDraft {
  kind: Citation['kind'] | null = null;
  pmid: string | null = null;
  version = 1;
  title: string | null = null;
  vernacularTitle: string | null = null;
  abstract: Abstract | null = null;
  otherAbstracts: OtherAbstract[] = [];
  authors: Author[] = [];
  journal: Journal = toEmptyJournal();
  startPage: string | null = null;
  endPage: string | null = null;
  linkingIssn: string | null = null;
  published: PartialDate = NO_DATE;
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
  references: Reference[] = [];
  /** CommentsCorrections that say "Cites": references in files without a ReferenceList. */
  cited: Reference[] = [];
  corrections: Correction[] = [];
  book = new BookDraft();

  currentSections: AbstractSection[] = [];
  currentAuthors: Author[] = this.authors;
  currentAuthor: Author = toEmptyAuthor();
  currentDate: DateParts = {};
  currentChemical: Chemical = { ui: null, name: '', registry_number: null };
  currentGrant: Grant = { id: null, agency: null, country: null };
  currentReference: Reference = { citation: null, pmid: null, doi: null };
  currentCorrection: Correction = { type: '', pmid: null, citation: null };
}

/** What a book record says about the book around a chapter. */
class BookDraft {
  title: string | null = null;
  authors: Author[] = [];
  editors: Author[] = [];
  published: PartialDate = NO_DATE;
  contributed: PartialDate = NO_DATE;
}

export function toEmptyAuthor(): Author {
  return {
    last_name: null,
    fore_name: null,
    initials: null,
    suffix: null,
    collective_name: null,
    orcid: null,
    affiliations: [],
  };
}

function toEmptyJournal(): Journal {
  return {
    title: null,
    iso_abbreviation: null,
    issn: null,
    nlm_id: null,
    volume: null,
    issue: null,
    pages: null,
  };
}
