import type { ArchiveUri } from '../../domain/corpus/archive-key.ts';
import type { Citation, RetractionStatus } from '../../domain/document/document.ts';
import type { Pmid, Sha256 } from '../../domain/ids.ts';

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
  languages: readonly string[];
  publicationTypes: readonly string[];
  /** The PMIDs that its references name, each once. */
  cited: Int32Array;
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

export interface PendingBatch {
  batchId: string;
  pmids: Pmid[];
}
