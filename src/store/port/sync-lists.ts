import type { CallOptions } from '../../domain/call-options.ts';
import type { Pmid } from '../../domain/ids.ts';

/** What a sync works off; days are NCBI's, YYYY-MM-DD. */
export interface SyncList {
  listId: string;
  /** The first day of the window; `null`: all there is. */
  windowFrom: string | null;
  /** The day up to which the query is complete when the list is worked off. */
  windowTo: string;
  /** A limit cut it short: the query is not complete after it. */
  truncated: boolean;
  total: number;
  done: number;
}

export interface NewSyncList extends Pick<SyncList, 'listId' | 'windowFrom' | 'windowTo'> {
  /** What was asked, so that the same command finds its list again. */
  request: string;
  listedAt: string;
}

/** Every record of the query that NCBI dated up to `completeTo` (YYYY-MM-DD) is archived and indexed. */
export interface Watermark {
  term: string;
  completeTo: string;
  updatedAt: string;
}

/** What a sync works off, and up to which day a query is complete. */
export interface SyncLists {
  /** Begins a list, which nobody finds before it is finished. */
  startList(list: NewSyncList, options: CallOptions): Promise<void>;
  /** Resolves to how many were not in the list yet. */
  addToList(listId: string, pmids: readonly Pmid[], options: CallOptions): Promise<number>;
  /**
   * Adds what NCBI still owes of the query, unless a limit cut the list, and lets later runs go on with it.
   */
  finishList(
    listId: string,
    list: { truncated: boolean; term: string },
    options: CallOptions,
  ): Promise<SyncList>;
  /** The latest finished list of the same request that is not worked off; `null` when there is none. */
  findList(
    wanted: { request: string; listedAfter: string; listedBefore: string },
    options: CallOptions,
  ): Promise<SyncList | null>;
  /** In the order of `pmid` as text. */
  listUndone(listId: string, page: { after: string; limit: number }, options: CallOptions): Promise<Pmid[]>;
  /** `owed`: NCBI did not deliver them, so that the next run of the query asks again. */
  markDone(
    listId: string,
    pmids: readonly Pmid[],
    facts: { owed: boolean; at: string },
    options: CallOptions,
  ): Promise<void>;
  /**
   * What the query brought before and the list does not name, in the order of `pmid` as text. Nothing where
   * the list is closed or was removed.
   */
  listGone(
    listId: string,
    page: { term: string; after: string; limit: number },
    options: CallOptions,
  ): Promise<{ pmid: Pmid; live: boolean }[]>;
  /**
   * The query brings these no more. The caller holds the publish lock, as for `closeList`,
   * for `state/`'s sake.
   */
  forgetGone(term: string, pmids: readonly Pmid[], options: CallOptions): Promise<void>;
  /**
   * The list is worked off: the query brought what it names, and is complete to `completeTo` where that is
   * given. A watermark moves forward alone, but from behind `today`, which no right clock has set. Where
   * another run that worked off the same list has closed it, nothing is left to do. Throws `DB_UNAVAILABLE`
   * where the list was removed meanwhile.
   */
  closeList(
    listId: string,
    outcome: { term: string; completeTo: string | null; today: string; runId: string; at: string },
    options: CallOptions,
  ): Promise<void>;
  dropList(listId: string, options: CallOptions): Promise<void>;
  /** Lists that nobody came back for. */
  dropListsUntouchedSince(instant: string, options: CallOptions): Promise<void>;
  /** `null` before the query was ever complete. */
  findWatermark(term: string, options: CallOptions): Promise<Watermark | null>;
  /** In the order of their terms. */
  listWatermarks(options: CallOptions): Promise<Watermark[]>;
}
