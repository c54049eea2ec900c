import type { CallOptions } from '../../domain/call-options.ts';
import type { Checkpoint } from '../../domain/corpus/checkpoint.ts';
import type { RetractionStatus } from '../../domain/document/document.ts';
import type { Pmid } from '../../domain/ids.ts';

/** A document whose membership differs between two sequence numbers. */
export interface Change {
  kind: 'entered' | 'changed' | 'left';
  pmid: Pmid;
  /** Of the first of its events. */
  sequence: number;
  /** The revision at the lower sequence number, and at the higher; `null` where it is no member. */
  before: number | null;
  now: number | null;
}

/** Documents, each once. */
export type ChangeCounts = Readonly<Record<Change['kind'], number>>;

/** A place among the changes: behind what this PMID did at this sequence number. */
export interface ChangePlace {
  sequence: number;
  pmid: Pmid;
}

export interface CheckpointStore {
  /**
   * What a checkpoint made now would be: the caller holds the publish lock. Costs the same whatever
   * the corpus holds.
   */
  countMembers(options: CallOptions): Promise<{ sequence: number; documentCount: number }>;
  addCheckpoint(checkpoint: Checkpoint, options: CallOptions): Promise<void>;
  findCheckpoint(checkpointId: string, options: CallOptions): Promise<Checkpoint | null>;
  /** Newest first, those behind `after`. */
  listCheckpoints(
    page: { limit: number; after: Pick<Checkpoint, 'createdAt' | 'checkpointId'> | null },
    options: CallOptions,
  ): Promise<Checkpoint[]>;
  countCheckpoints(options: CallOptions): Promise<number>;
  /** Any one that names this one as its parent. */
  findCheckpointChild(checkpointId: string, options: CallOptions): Promise<Checkpoint | null>;
  removeCheckpoint(checkpointId: string, options: CallOptions): Promise<void>;
  /** Of all checkpoints, each once. */
  listCheckpointSequences(options: CallOptions): Promise<number[]>;
  /** Ids of those that hold the document in any revision, newest first. */
  listCheckpointsHolding(pmid: Pmid, limit: number, options: CallOptions): Promise<string[]>;
  /** Of the live revisions; a PMID without one is absent. */
  findLiveStatuses(pmids: readonly Pmid[], options: CallOptions): Promise<Map<Pmid, RetractionStatus>>;
  /**
   * What differs between two sequence numbers, each document once, in the order of its first change. Looks at
   * up to `limit` events, so that a page may hold fewer changes, or none; `next` is `null` at the end. Costs
   * as much as the page.
   */
  listChanges(
    page: { low: number; high: number; after: ChangePlace | null; limit: number },
    options: CallOptions,
  ): Promise<{ changes: Change[]; next: ChangePlace | null }>;
  /** How many documents all pages of `listChanges` tell, by kind. Costs as much as what changed. */
  countChanges(ends: { low: number; high: number }, options: CallOptions): Promise<ChangeCounts>;
}
