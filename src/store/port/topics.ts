import type { CallOptions } from '../../domain/call-options.ts';
import type { Growth } from './corpus-facts.ts';

/** A query that a sync asked NCBI for. */
export interface Topic {
  term: string;
  /** As its watermark; `null`: it was never synced whole. */
  completeTo: string | null;
  /** Records that it had brought when it was followed last; `null`: it never was. */
  records: number | null;
  /** When NCBI was asked last, and what it warned of; `null`: before that was kept. */
  askedAt: string | null;
  warnings: string[];
}

/** The queries that the corpus follows. */
export interface Topics {
  /** What NCBI said of the query now, be it followed or not. */
  saveTopic(
    topic: { term: string; at: string; warnings: readonly string[] },
    options: CallOptions,
  ): Promise<void>;
  /**
   * In the order of their terms. One that never brought anything is there where NCBI was asked for it since
   * `emptySince`.
   */
  listTopics(which: { emptySince: string }, options: CallOptions): Promise<Topic[]>;
  /** `null`: nobody ever asked for it. */
  findTopic(term: string, options: CallOptions): Promise<Topic | null>;
  /** How many records it had brought at the end of a day; days as those of `CorpusFacts.listGrowth`. */
  listTopicGrowth(term: string, options: CallOptions): Promise<Growth[]>;
}
