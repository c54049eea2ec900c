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

/** What the corpus holds, in numbers. */
export interface CorpusFacts {
  countCorpus(options: CallOptions): Promise<CorpusCounts>;
  /** Whether any live document has a passage that a search could find. */
  hasChunks(options: CallOptions): Promise<boolean>;
  /** Newest first. */
  listQuarantined(limit: number, options: CallOptions): Promise<QuarantinedRecord[]>;
  countQuarantined(options: CallOptions): Promise<number>;
}
