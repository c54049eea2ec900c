import type { CallOptions, HeldOptions } from '../../domain/call-options.ts';
import type { CommitBatch, PendingBatch } from './commit-batch.ts';

export interface LockOptions extends CallOptions {
  /**
   * Asked as the waiting for the lock begins: what ends it with `DB_UNAVAILABLE`, and nothing of the work, so
   * work that takes long costs the next turn nothing. Default: it waits as long as it takes.
   */
  readonly patience?: (() => AbortSignal) | undefined;
}

/** Batches come in one after another, each as a whole, under one lock and one sequence of numbers. */
export interface Publishing {
  /** The last sequence number that was given. */
  getSequence(options: CallOptions): Promise<number>;
  /**
   * The same for whoever has the publish lock, once a commit that is being written has come to its end, such
   * as one whose answer was lost; and the one to give next. Throws `DB_UNAVAILABLE` where the lock was lost.
   */
  findSequences(options: CallOptions): Promise<{ last: number; next: number }>;
  /**
   * Numbers that nobody ever gets, since a holder of the publish lock may have been writing to the index with
   * them when it lost it: of the last 30 days.
   */
  listLostSequences(options: CallOptions): Promise<number[]>;
  /**
   * Only one caller at a time, over all processes on one database, is inside `work`; in the order in which
   * they came. The signal ends the waiting alone. What `work` gets aborts when the lock is lost on the way:
   * it then fails with `DB_UNAVAILABLE`, and no commit of it counts any more. `work` does not begin where a
   * later release has migrated the database so that this one cannot work with it: also `DB_UNAVAILABLE`.
   */
  withPublishLock<T>(work: (held: HeldOptions) => Promise<T>, options: LockOptions): Promise<T>;
  /** Remembers which archive objects are about to be written, for the start after a crash. */
  announce(batch: PendingBatch, options: CallOptions): Promise<void>;
  /**
   * Writes the batch, gives its sequence number and forgets the announcement, in one transaction. Throws
   * `DB_UNAVAILABLE` where `after` is not the last number any more, the publish lock was lost, or a later
   * release has migrated the database meanwhile, as for `withPublishLock`.
   */
  commit(batch: CommitBatch, options: CallOptions): Promise<void>;
  /** Batches that were announced and neither committed nor forgotten, in the order of their start. */
  listPending(options: CallOptions): Promise<PendingBatch[]>;
  forgetPending(batchId: string, options: CallOptions): Promise<void>;
}
