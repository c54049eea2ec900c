/**
 * What NLM notes of a record's way through its hands. No part of the document, since it says nothing of the
 * work; what MEDLINE's own form has of it is read from the archived bytes.
 */
export interface RecordKeeping {
  /** "NLM", "PIP", …; who made the record. */
  owner: string | null;
  /** "MEDLINE", "In-Process", "Publisher", … */
  status: string | null;
  /** YYYY-MM-DD: the day its processing was complete. */
  completedOn: string | null;
  /** In the order of the record: when the work was received, accepted, entered … */
  history: HistoryStation[];
  /** "ppublish", "epublish", "aheadofprint". */
  publicationStatus: string | null;
  /** "IM", "N", …: NLM's subsets of MEDLINE. */
  subsets: string[];
  /** Where the journal is published. */
  country: string | null;
  /** Who gave the keywords: "NOTNLM" stands for the authors. */
  keywordOwner: string | null;
  /** Whether each keyword, in the order of the record, is a main one. */
  mainKeywords: boolean[];
  copyright: string | null;
  /** Of data banks: "ClinicalTrials.gov/NCT00000000". */
  accessions: string[];
  investigators: Investigator[];
  conflictOfInterest: string | null;
  /** Whom the work is about. */
  subjects: KeptName[];
  /** NLM's supplementary concepts, beside its headings. */
  supplements: string[];
  geneSymbols: string[];
  /** Such as those of population information. */
  generalNotes: string[];
  /** "Flight Experiment", "STS-55 Shuttle Project". */
  spaceFlightMissions: string[];
  /** How many references the work has, where NLM counted them. */
  referenceCount: string | null;
  /** By who gave them: "NLM: PMC2810187". */
  otherIds: string[];
  /** "1573-4935 (Electronic)", "0144-8463 (Linking)". */
  issns: string[];
  /** "R01 CA1/CA/NCI NIH HHS/United States": id, acronym, agency, country. */
  grants: string[];
  /** Valid electronic locations that are no DOI, also beside pages. */
  locations: string[];
  /** "Chapter 2". */
  chapter: string | null;
  volumeTitle: string | null;
  collectionTitle: string | null;
}

export interface KeptName {
  family: string;
  given: string | null;
  initials: string | null;
  suffix: string | null;
}

export interface Investigator extends KeptName {
  affiliations: string[];
}

export interface HistoryStation {
  /** "entrez", "pubmed", "medline", "received", … */
  name: string;
  /** "2022/05/03 13:00"; midnight where the record tells no time, as MEDLINE has it. */
  at: string;
}
