import type { CallOptions } from '../../domain/call-options.ts';
import type { QuarantinedRecord } from './commit-batch.ts';

export interface CorpusCounts {
  documents: number;
  /** Of the live revisions. */
  chunks: number;
  byYear: { year: number; documents: number }[];
  topJournals: { journal: string; documents: number }[];
  retracted: number;
}

/** The most frequent ones first; `null`: the record tells none, or entered before this was kept. */
export interface FacetCounts {
  languages: { name: string | null; documents: number }[];
  publicationTypes: { name: string | null; documents: number }[];
}

/** How many documents there were at the end of a day (UTC). */
export interface Growth {
  day: string;
  documents: number;
}

/** What the corpus holds, in numbers. */
export interface CorpusFacts {
  countCorpus(options: CallOptions): Promise<CorpusCounts>;
  countFacets(options: CallOptions): Promise<FacetCounts>;
  /** The latest days that changed it, and the last such day of each month before; the oldest first. */
  listGrowth(options: CallOptions): Promise<Growth[]>;
  /** Whether any live document has a passage that a search could find. */
  hasChunks(options: CallOptions): Promise<boolean>;
  /** Newest first. */
  listQuarantined(limit: number, options: CallOptions): Promise<QuarantinedRecord[]>;
  countQuarantined(options: CallOptions): Promise<number>;
}
