import type { CallOptions } from '../../domain/call-options.ts';
import type { ArchiveUri } from '../../domain/corpus/archive-key.ts';
import type { IndexState } from '../../domain/corpus/index-state.ts';
import type { Pmid, Sha256 } from '../../domain/ids.ts';
import type { CorpusStore } from '../corpus-store.ts';
import type { NewRevision, QuarantinedRecord } from '../port/commit-batch.ts';

/** A revision as `state/` tells it, before its document is read again. */
export interface RestoredRevision {
  pmid: Pmid;
  revision: number;
  contentHash: Sha256;
  version: number;
  enteredSequence: number;
  leftSequence: number | null;
  /** Where its payload lies, as `state/` says. */
  uri: ArchiveUri;
}

/** How far the tables were restored from `state/` alone. */
export interface RestoredState {
  /** Lines that no table takes: written by a later release. */
  unknownLines: number;
  revisions: number;
}

/**
 * Fresh tables beside those in use, filled from the archive and then put in their place as a whole. Until
 * then nothing that reads the corpus sees them. One at a time: the caller holds the publish lock.
 */
export interface CorpusRebuild {
  /** The fresh tables behind the interface of those in use; its publish lock is the caller's. */
  readonly store: CorpusStore;
  /** Makes the tables, empty; what a rebuild that was stopped left behind goes. */
  begin(options: CallOptions): Promise<void>;
  /** Takes lines of `state/` in any order, and any of them again: the later one decides. */
  restore(lines: readonly unknown[], options: CallOptions): Promise<void>;
  /** After the last line: what the lines come to, all but the documents. */
  settle(options: CallOptions): Promise<RestoredState>;
  /** All revisions in the order in which they entered, those of one sequence number together. */
  listRevisions(options: CallOptions): AsyncIterable<RestoredRevision[]>;
  /** The revisions with their documents, in their own numbers. */
  addRevisions(
    revisions: readonly (NewRevision & Pick<RestoredRevision, 'enteredSequence' | 'leftSequence'>)[],
    options: CallOptions,
  ): Promise<void>;
  addQuarantined(
    records: readonly (QuarantinedRecord & { at: string })[],
    options: CallOptions,
  ): Promise<void>;
  /** The payload lies elsewhere than `state/` said. */
  movePayload(
    payload: { pmid: Pmid; contentHash: Sha256; uri: ArchiveUri },
    options: CallOptions,
  ): Promise<void>;
  /** As if it had never come: what is archived nowhere, or is about to come again. */
  forgetPayload(payload: { pmid: Pmid | null; contentHash: Sha256 }, options: CallOptions): Promise<void>;
  /** Which payloads lie at these addresses, as the fresh tables say. */
  findPayloadsAt(
    uris: readonly ArchiveUri[],
    options: CallOptions,
  ): Promise<Map<ArchiveUri, { pmid: Pmid | null; contentHash: Sha256 }>>;
  /** After the last document: from here on `store` takes batches as ever. */
  finishRestoring(state: IndexState, options: CallOptions): Promise<void>;
  /** What jobs and runs, which stay, tell of manifests that lie elsewhere than the archive's own. */
  listManifestsElsewhere(options: CallOptions): Promise<ArchiveUri[]>;
  moveManifests(moves: readonly { from: ArchiveUri; to: ArchiveUri }[], options: CallOptions): Promise<void>;
  /**
   * The fresh tables take the place of those in use, in one transaction. Throws `DB_UNAVAILABLE` where the
   * publish lock was lost.
   */
  swap(options: CallOptions): Promise<void>;
  /** What is left of the fresh tables goes. */
  discard(options: CallOptions): Promise<void>;
}
