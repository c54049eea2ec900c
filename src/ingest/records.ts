import type { DocumentFacts, WordedPassage } from '../domain/document/chunk.ts';
import type { RetractionStatus } from '../domain/document/document.ts';
import type { Pmid, Sha256 } from '../domain/ids.ts';

/** Where a payload came from, as its envelope says. */
export interface RecordOrigin {
  /** RFC 3339. */
  fetchedAt: string;
  source: { api: string; endpoint: string; params: Record<string, string | number | boolean> };
  http: { status: number | null; etag: string | null };
}

/** One record on its way in: the bytes as upstream sent them, and what can be told without parsing. */
export interface IncomingRecord {
  /** Its place among the items of its file, counted from 0; 0 where it comes from no file. */
  ordinal: number;
  bytes: Uint8Array;
  contentHash: Sha256;
  /** `null` when none can be read: such a record is archived and quarantined. */
  pmid: Pmid | null;
  /** NLM's PMID Version. */
  version: number;
  /** The same file holds a higher version of this PMID: this one goes to the history alone. */
  outranked: boolean;
  origin: RecordOrigin;
}

/** PMIDs that a file, or NCBI when asked, withdraws. */
export interface IncomingDeletion {
  ordinal: number;
  pmids: readonly Pmid[];
  /** The record that they were merged into. */
  mergedInto?: Pmid;
}

/** What a bulk file has told so far; an item below `itemsDone` was loaded before, from this very file. */
export interface SourceFile {
  fileHash: Sha256;
  /** Of the same bytes: what NLM's folders tell of a file. */
  md5: string;
  name: string;
  itemsDone: number;
}

/** Records and deletions that are published together; no PMID is changed twice in one. */
export interface IncomingBatch {
  /** `null` where the records come from no bulk file. */
  file: SourceFile | null;
  records: readonly IncomingRecord[];
  deletions: readonly IncomingDeletion[];
  /** How many items of the file are done when this batch is. */
  itemsDone: number;
  /** The last batch of its file. */
  finished: boolean;
}

/** A record that was read, with everything that archive, store and index will take. */
export interface PreparedCitation {
  kind: 'citation';
  /** The envelope, compressed. */
  body: Uint8Array;
  documentHash: Sha256;
  /** The citation as JSON, zstd-compressed. */
  document: Uint8Array;
  documentKind: 'article' | 'book';
  retractionStatus: RetractionStatus;
  facts: DocumentFacts;
  /** The PMIDs that its references name, each once. */
  cited: Int32Array;
  passages: WordedPassage[];
  /** Row-major, one vector a passage. */
  vectors: Float32Array;
}

/**
 * A record that is archived and quarantined: it could not be read, or a passage of it not be
 * embedded or indexed.
 */
export interface UnreadableRecord {
  kind: 'unreadable';
  body: Uint8Array;
  reason: string;
}

export type PreparedRecord = PreparedCitation | UnreadableRecord;

/** Reads, hashes, chunks, embeds and compresses: all of the load that costs CPU. */
export interface Preparer extends AsyncDisposable {
  /** One answer a record, in order. */
  prepare(records: readonly IncomingRecord[]): Promise<PreparedRecord[]>;
  /** No records follow for now; what it holds for them may go. */
  rest(): void;
}
