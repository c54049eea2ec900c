import type { DocId, Pmid, Sha256 } from '../ids.ts';

/** One part of a structured abstract; `label` is verbatim ("UNLABELLED" too), `category` is NLM's own. */
export interface AbstractSection {
  label: string | null;
  category: string | null;
  text: string;
}

/** `text` is the sections joined for reading (each as `LABEL: text`, blank line between). */
export interface Abstract {
  text: string;
  sections: AbstractSection[];
}

export interface OtherAbstract extends Abstract {
  /** NLM's three letters. */
  language: string | null;
}

/** A person (`last_name`) or a group (`collective_name`); the other is `null`. */
export interface Author {
  last_name: string | null;
  fore_name: string | null;
  initials: string | null;
  suffix: string | null;
  collective_name: string | null;
  /** Bare 16 digits with hyphens, whatever address form upstream used. */
  orcid: string | null;
  affiliations: string[];
  /** NLM's ValidYN="N": a misspelt form, beside the right one. Absent where the name is right. */
  misspelt?: true;
}

export interface Journal {
  title: string | null;
  iso_abbreviation: string | null;
  issn: string | null;
  nlm_id: string | null;
  volume: string | null;
  issue: string | null;
  pages: string | null;
}

/** Of a book, or of the book around a chapter: what a journal has no place for. */
export interface BookFacts {
  /** "2nd". */
  edition: string | null;
  editors: Author[];
  isbn: string | null;
  /** "Internet" for what is read there; `null` for print. */
  medium: string | null;
  publisher: string | null;
  publisher_location: string | null;
  /** Those in which the book came out: "1997", "1993-2025", "2002-" where it still does. */
  years: string | null;
}

/** `verbatim` is what upstream wrote; the numbers are read from it and never guessed. */
export interface PartialDate {
  verbatim: string | null;
  year: number | null;
  month: number | null;
  day: number | null;
  precision: 'day' | 'month' | 'season' | 'year' | null;
}

export interface NamedUi {
  /** NLM's unique identifier, such as D016428; absent in old files. */
  ui: string | null;
  name: string;
}

export interface MeshHeading extends NamedUi {
  major: boolean;
  qualifiers: (NamedUi & { major: boolean })[];
}

export interface Chemical extends NamedUi {
  registry_number: string | null;
}

export interface Grant {
  id: string | null;
  agency: string | null;
  country: string | null;
}

export interface Reference {
  citation: string | null;
  pmid: string | null;
  doi: string | null;
}

export interface Correction {
  /** NLM's RefType: "RetractionIn", "ErratumFor", … */
  type: string;
  pmid: string | null;
  citation: string | null;
}

export const RETRACTION_STATUSES = [
  'none',
  'retracted',
  'retraction_notice',
  'expression_of_concern',
  'corrected',
  'erratum',
] as const;
export type RetractionStatus = (typeof RETRACTION_STATUSES)[number];

/** What the parser reads from one record: everything of the document but what only the corpus knows. */
export interface Citation {
  doc_id: DocId;
  pmid: Pmid;
  /** NLM's PMID Version; it stays 1 through almost every change. */
  version: number;
  kind: 'article' | 'book';
  title: string | null;
  vernacular_title: string | null;
  abstract: Abstract | null;
  other_abstracts: OtherAbstract[];
  authors: Author[];
  /** NLM's CompleteYN="N": the work has more authors than the record. Absent where all are named. */
  authors_complete?: false;
  /** Absent for articles. */
  book?: BookFacts;
  journal: Journal | null;
  /**
   * NLM's ELocationID "pii" in lieu of pages, such as "E1521"; `ids.pii` may be another. Absent beside pages.
   */
  article_number?: string;
  published: PartialDate;
  /**
   * NLM's ArticleDate, of the electronic version: YYYY-MM-DD, or as much of it as NLM tells. Absent where it
   * tells none.
   */
  published_online?: string;
  /**
   * NLM's PubModel, such as "Print-Electronic" or "Electronic-eCollection". Absent where it is "Print" or not
   * told.
   */
  publication_model?: string;
  /** NLM's PublicationStatus "aheadofprint": the work has no issue yet. Absent where it has one. */
  ahead_of_print?: true;
  /** YYYY-MM-DD: the day the record entered Entrez. */
  entrez_date: string | null;
  /** YYYY-MM-DD: NLM's DateRevised. */
  revised_on: string | null;
  languages: string[];
  publication_types: NamedUi[];
  mesh: MeshHeading[];
  chemicals: Chemical[];
  keywords: string[];
  grants: Grant[];
  /** The record's own ids by lower-case type: doi, pmc, pii, … ; never those of its references. */
  ids: Record<string, string>;
  references: Reference[];
  corrections: Correction[];
  retraction_status: RetractionStatus;
}

/** Where the bytes that a document was made from lie. */
export interface ArchivedAt {
  s3_uri: string;
  content_hash: Sha256;
  /** RFC 3339. */
  fetched_at: string;
}

/** The normalised document: a citation in one revision, with the way to its raw record. */
export interface NormalisedDocument extends Citation {
  /** Counted from 1 in order of arrival of new normalised content. */
  revision: number;
  archive: ArchivedAt;
}
