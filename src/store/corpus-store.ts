import type { ArchiveUri } from '../domain/archive-key.ts';
import type { CallOptions, HeldOptions } from '../domain/call-options.ts';
import type { Checkpoint } from '../domain/checkpoint.ts';
import type { Citation, NormalisedDocument, RetractionStatus } from '../domain/document.ts';
import type { Pmid, Sha256 } from '../domain/ids.ts';
import type { IndexState } from '../domain/index-state.ts';

/** What the corpus holds of one PMID now. */
export interface Pointer {
  pmid: Pmid;
  uri: ArchiveUri;
  contentHash: Sha256;
  version: number;
  /** Of the newest bulk file that told of this PMID; `null` where none did. */
  fileRank: number | null;
  /** The latest revision; `null` where only records that could not be read were archived. */
  latest: { revision: number; documentHash: Sha256; live: boolean } | null;
}

/** One payload that was archived; `current` makes it the PMID's pointer. */
export interface ArchivedRecord {
  pmid: Pmid;
  uri: ArchiveUri;
  contentHash: Sha256;
  version: number;
  fetchedAt: string;
  etag: string | null;
  current: boolean;
  /** Of the bulk file that it came in; `null` where it came in none. */
  fileRank: number | null;
}

/** A payload whose bytes now lie elsewhere, because another took its key. */
export interface MovedRecord {
  pmid: Pmid;
  contentHash: Sha256;
  uri: ArchiveUri;
}

export interface NewRevision {
  pmid: Pmid;
  revision: number;
  version: number;
  documentHash: Sha256;
  contentHash: Sha256;
  kind: Citation['kind'];
  year: number | null;
  journal: string | null;
  retractionStatus: RetractionStatus;
  chunkCount: number;
  /** The citation as JSON, zstd-compressed. */
  document: Uint8Array;
}

export interface Deletion {
  pmid: Pmid;
  reason: 'deleted' | 'merged';
  mergedInto: Pmid | null;
}

export interface QuarantinedRecord {
  contentHash: Sha256;
  pmid: Pmid | null;
  reason: string;
  uri: ArchiveUri;
  /** What was read when it came: a file's name or an endpoint. */
  source: string;
}

/** Everything that one batch changes; written as a whole or not at all. */
export interface CommitBatch {
  batchId: string;
  /** The last number when the batch was written to the index. */
  after: number;
  sequence: number;
  at: string;
  archived: readonly ArchivedRecord[];
  moved: readonly MovedRecord[];
  revisions: readonly NewRevision[];
  deletions: readonly Deletion[];
  quarantined: readonly QuarantinedRecord[];
  /** How far the bulk file is done with this batch. */
  file: { fileHash: Sha256; md5: string; name: string; itemsDone: number; finished: boolean } | null;
  /**
   * PMIDs of which a newer bulk file told nothing new, or that they are withdrawn: only their
   * file rank rises.
   */
  confirmed: { fileRank: number; pmids: readonly Pmid[] } | null;
  /**
   * PMIDs that a bulk file withdrew while the corpus held no document of them: remembered until one comes in.
   */
  withdrawn: { fileRank: number; pmids: readonly Pmid[] } | null;
}

export interface LockOptions extends CallOptions {
  /**
   * Ends the waiting for the lock with `DB_UNAVAILABLE`, and nothing of the work. Default: it waits as long
   * as it takes.
   */
  readonly patience?: AbortSignal | undefined;
}

export interface PendingBatch {
  batchId: string;
  pmids: Pmid[];
}

export interface Run {
  runId: string;
  tool: string;
  params: Record<string, unknown>;
  state: 'running' | 'succeeded' | 'failed';
  progress: Record<string, unknown>;
  manifest: string | null;
  startedAt: string;
  finishedAt: string | null;
}

export interface CorpusCounts {
  documents: number;
  /** Of the live revisions. */
  chunks: number;
  byYear: { year: number; documents: number }[];
  topJournals: { journal: string; documents: number }[];
  retracted: number;
}

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

/** A line of `state/` in the archive: enough to build the tables anew. */
export type StateLine = Record<string, unknown> & { type: string };

/** A document whose membership differs between two sequence numbers. */
export interface Change {
  kind: 'entered' | 'changed' | 'left';
  pmid: Pmid;
}

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
}

export interface StoreHealth {
  /** Throws `DB_UNAVAILABLE` when the database does not answer. */
  ping(options: CallOptions): Promise<void>;
  /** Whether every migration that this release knows is applied. */
  isMigrated(options: CallOptions): Promise<boolean>;
}

/** The row that tells which index is searched. */
export interface IndexRow {
  /** Which index is searched, and who made its vectors; `null` before the first. */
  findIndexState(options: CallOptions): Promise<IndexState | null>;
  /** Of the first index: changes nothing where one is known. */
  setIndexState(state: IndexState, options: CallOptions): Promise<void>;
  /** The index of this generation holds vectors of more than one embedder from now on. */
  markMixed(generation: number, options: CallOptions): Promise<void>;
}

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

/** What the corpus has of what is about to come in. */
export interface RecordLookups {
  /** PMIDs that the corpus does not know are absent from the answer. */
  findPointers(pmids: readonly Pmid[], options: CallOptions): Promise<Map<Pmid, Pointer>>;
  /**
   * Of these PMIDs those that were withdrawn before a document of them came in, with the rank of the
   * newest such file.
   */
  findWithdrawals(pmids: readonly Pmid[], options: CallOptions): Promise<Map<Pmid, number>>;
  /** Which of these payloads were ever archived, with where each lies; keys are `pmid:hash`. */
  findArchived(
    records: readonly { pmid: Pmid; contentHash: Sha256 }[],
    options: CallOptions,
  ): Promise<Map<string, ArchiveUri>>;
  /** Which of these hashes belong to quarantined records, with where each lies. */
  findQuarantined(hashes: readonly Sha256[], options: CallOptions): Promise<Map<Sha256, ArchiveUri>>;
  /** How far the bulk file with this hash was loaded; `null` when never. */
  findLoadedFile(
    fileHash: Sha256,
    options: CallOptions,
  ): Promise<{ itemsDone: number; finished: boolean } | null>;
  /** Which of these files were loaded to their end, as `name:md5`: told without having their bytes. */
  findFinishedFiles(
    files: readonly { name: string; md5: string }[],
    options: CallOptions,
  ): Promise<Set<string>>;
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
   * it then fails with `DB_UNAVAILABLE`, and no commit of it counts any more.
   */
  withPublishLock<T>(work: (held: HeldOptions) => Promise<T>, options: LockOptions): Promise<T>;
  /** Remembers which archive objects are about to be written, for the start after a crash. */
  announce(batch: PendingBatch, options: CallOptions): Promise<void>;
  /**
   * Writes the batch, gives its sequence number and forgets the announcement, in one transaction. Throws
   * `DB_UNAVAILABLE` where `after` is not the last number any more, or the publish lock was lost.
   */
  commit(batch: CommitBatch, options: CallOptions): Promise<void>;
  /** Batches that were announced and neither committed nor forgotten, in the order of their start. */
  listPending(options: CallOptions): Promise<PendingBatch[]>;
  forgetPending(batchId: string, options: CallOptions): Promise<void>;
}

/** Documents and where their bytes lie. */
export interface DocumentReads {
  /** The live document; `null` when the corpus does not hold it. */
  findDocument(pmid: Pmid, options: CallOptions): Promise<NormalisedDocument | null>;
  /** As it was at a sequence number; `null` when the corpus did not hold it then. */
  findDocumentAt(pmid: Pmid, sequence: number, options: CallOptions): Promise<NormalisedDocument | null>;
  /** Exactly these revisions, whether live or not; without those that the corpus does not hold. */
  findRevisions(
    revisions: readonly { pmid: Pmid; revision: number }[],
    options: CallOptions,
  ): Promise<Map<Pmid, NormalisedDocument>>;
  /** Of live documents, at most `limit`, in the order of text; `prefix` is digits, and none means any. */
  listPmidsStartingWith(prefix: string, limit: number, options: CallOptions): Promise<Pmid[]>;
  /** `null` when the PMID was not withdrawn. */
  findTombstone(pmid: Pmid, options: CallOptions): Promise<Deletion | null>;
  /** Every payload with its address, in the order of PMIDs: what `archive verify` holds the archive to. */
  listArchived(
    options: CallOptions,
  ): AsyncIterable<{ pmid: Pmid | null; contentHash: Sha256; uri: ArchiveUri }>;
  /** Which of these addresses the pointers, the history or the quarantine name. */
  findKnownUris(uris: readonly ArchiveUri[], options: CallOptions): Promise<Set<ArchiveUri>>;
}

/** What was run on the corpus, and how it ended. */
export interface RunLog {
  /** A run that is known is opened again, and keeps its start. */
  startRun(run: Pick<Run, 'runId' | 'tool' | 'params' | 'startedAt'>, options: CallOptions): Promise<void>;
  saveRun(
    run: Pick<Run, 'runId' | 'state' | 'progress' | 'manifest' | 'finishedAt'>,
    options: CallOptions,
  ): Promise<void>;
  /**
   * Closes every run that is still `running` as `failed`, since the process that ran it is gone. Only for a
   * database that nobody else may have open: on a shared one they may be another process' own.
   */
  failAbandonedRuns(finishedAt: string, options: CallOptions): Promise<void>;
  /** Newest first. */
  listRuns(limit: number, options: CallOptions): Promise<Run[]>;
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
  /** What the query brought before and the list does not name, in the order of `pmid` as text. */
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
   * given. A watermark moves forward alone, but from behind `today`, which no right clock has set. Throws
   * `DB_UNAVAILABLE` where the list was removed meanwhile.
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

/** What `state/` in the archive does not tell yet. */
export interface StateChanges {
  /** What changed after the last `markStateWritten`, oldest first, and up to which sequence number. */
  listStateChanges(options: CallOptions): Promise<{ upTo: number; lines: AsyncIterable<StateLine> }>;
  markStateWritten(upTo: number, options: CallOptions): Promise<void>;
}

/**
 * The corpus' own book-keeping: pointers, revisions, tombstones, and the sequence in which they changed. Each
 * part has its own users.
 *
 * What reads ends with the reason of its signal as soon as that aborts: a statement that has not begun is not
 * sent, one that runs is not waited for. What writes is carried out once it was called, whatever its signal
 * says then: a caller that gives up looks before it writes.
 */
export interface CorpusStore
  extends StoreHealth,
    IndexRow,
    ArchivePlace,
    RecordLookups,
    Publishing,
    DocumentReads,
    RunLog,
    CorpusFacts,
    SyncLists,
    StateChanges,
    CheckpointStore,
    AsyncDisposable {}
