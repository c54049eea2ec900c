import type { CallOptions } from '../../domain/call-options.ts';

/** Where the addresses of all records lead. */
export interface ArchivePlace {
  /**
   * Says where the archive is now. Where that is another folder than last time, every address in the store
   * follows: a data folder may be moved. Resolves to whether it was.
   */
  settleArchiveRoot(root: string, options: CallOptions): Promise<boolean>;
  /** Whether any current record lies there, by its address; `null` where the corpus holds no record. */
  hasRecordsBelow(place: { root: string; prefix: string }, options: CallOptions): Promise<boolean | null>;
}
