import type { ArchiveKey, ArchiveUri } from '../domain/archive-key.ts';
import type { CallOptions } from '../domain/call-options.ts';
import type { Sha256 } from '../domain/ids.ts';

export interface ArchivePut {
  key: ArchiveKey;
  /** The envelope, compressed; copied before `put` returns its promise, so the caller may use the memory again. */
  body: Uint8Array;
  /** Where the bytes now under `key` go first, in a store that keeps no versions of its own; `null`: nothing is there. */
  keepEarlierAs: ArchiveKey | null;
}

export interface ArchivePutResult {
  /** Leads to exactly these bytes; where the store keeps no versions, as long as nothing else is put under the key. */
  uri: ArchiveUri;
  /**
   * Leads to the earlier bytes for ever. `null` where the store keeps versions, so that the URI they were put under still
   * does, where `keepEarlierAs` was `null`, and where nothing lay under the key.
   */
  earlierUri: ArchiveUri | null;
}

/** What a pointer of the store says lies at `uri`. */
export interface ExpectedObject {
  uri: ArchiveUri;
  /** Over the payload inside the envelope. */
  contentHash: Sha256;
}

export interface ArchivedObject {
  key: ArchiveKey;
  uri: ArchiveUri;
}

/** Keeps upstream payloads byte for byte, so a document can be rebuilt without asking its source. */
export interface Archive extends AsyncDisposable {
  /** What every URI of this archive begins with; it changes when a folder of files is moved. */
  readonly root: string;
  /**
   * Whole or not at all, each object for itself; in order, so that the last of two puts under one key stays. What was
   * put before one that fails stays. An object already under `keepEarlierAs` stays as it is.
   */
  put(puts: readonly ArchivePut[], options: CallOptions): Promise<ArchivePutResult[]>;
  /** Resolves to `null` when nothing lies at `uri`. */
  find(uri: ArchiveUri, options: CallOptions): Promise<Uint8Array | null>;
  /** The current object under `key`; `null` when nothing was ever put there. */
  findCurrent(key: ArchiveKey, options: CallOptions): Promise<(ArchivedObject & { body: Uint8Array }) | null>;
  /**
   * Indexes, ascending, of those that are missing or no longer hold the payload with that hash. As deep as the store
   * needs it: files are read and hashed again; a store that checks its own bytes may only ask whether the object is there.
   */
  findDamaged(expected: readonly ExpectedObject[], options: CallOptions): Promise<number[]>;
  /** Every object whose key begins with `prefix`, in the order of keys. */
  list(prefix: string, options: CallOptions): AsyncIterable<ArchivedObject>;
  /** Throws when nothing can be written. */
  ping(options: CallOptions): Promise<void>;
}
