import type { Pmid } from '../ids.ts';

/** Where a section of the abstract begins inside a passage that holds several. */
export interface SectionStart {
  /** As upstream wrote it; `null` where the section has none. */
  label: string | null;
  /** Offset into the passage's `text`, in UTF-16 units; the section reaches to the next one's start. */
  start: number;
}

/** A passage of one document, small enough to be searched and quoted by itself. */
export interface Passage {
  /** Counted from 0 in reading order. */
  position: number;
  /**
   * The label of the abstract section that it begins in; `null` in an unstructured abstract; "TITLE" where
   * only a title is there.
   */
  section: string | null;
  /**
   * Every section that it holds a part of, in order, at least one: a short structured abstract
   * is one passage.
   */
  sections: readonly SectionStart[];
  /** The passage itself, without the title and without labels; sections are set apart by a blank line. */
  text: string;
}

/** The facts of a document that filters, quality and answers need; the same in each of its chunks. */
export interface DocumentFacts {
  pmid: Pmid;
  /** The title, else the vernacular one, else empty. */
  title: string;
  journal: string | null;
  year: number | null;
  /** Days since 1970-01-01 of the first and the last day that `published` can mean; `null` without a year. */
  publishedFrom: number | null;
  publishedTo: number | null;
  /** As `toJournalKeys` makes them: title, ISO abbreviation, ISSN, NLM id. */
  journalKeys: string[];
  /** As `toAuthorKeys` makes them: people and groups. */
  authorKeys: string[];
  /** As `toIdKeys` makes them: DOI and PMCID. */
  idKeys: string[];
  /** Words that it is found by beside title and passages, as `toDocumentTerms` chooses them; may be empty. */
  terms: string;
  /** Lower case: each descriptor's name and UI. */
  meshKeys: string[];
  /** Lower case: each type's name and UI. */
  publicationTypeKeys: string[];
  publicationTypes: string[];
  /** Lower case, NLM's three letters. */
  languages: string[];
  retractionStatus: string;
  /** The quality factors that do not change with the day of the question; JSON, see `search/quality.ts`. */
  quality: string;
}

/** A passage, read. */
export interface WordedPassage extends Passage {
  /** What the words of a question are looked for in, title included: see `search/words/passage-words.ts`. */
  words: string;
}

/** A passage with what the index stores beside it. */
export interface Chunk extends WordedPassage {
  /** UUIDv5 of `pmid:revision:position`. */
  chunkId: string;
  revision: number;
  facts: DocumentFacts;
}
