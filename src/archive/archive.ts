import type { CallOptions } from '../domain/call-options.ts';
import type { ArchiveKey, ArchiveUri } from '../domain/corpus/archive-key.ts';
import type { Sha256 } from '../domain/ids.ts';

export interface ArchivePut {
  key: ArchiveKey;
  /**
   * The envelope, compressed; copied before `put` returns its promise, so the caller may use
   * the memory again.
   */
  body: Uint8Array;
  /** The object whose place this one takes, as the store's pointer tells of it; `null`: it tells of none. */
  replaces: ReplacedObject | null;
  /**
   * Its bytes are on the disk before it has its name, for an object that no later run puts again: a power cut
   * leaves the whole of it or nothing. Default: as the settings say, and then all of a batch are flushed at
   * once before anything counts on them.
   */
  isFlushed?: boolean;
}

/**
 * Its key may be another than the new object's, since compression may change between two runs: it is then
 * removed once the new object is whole, so that a record has one current object.
 */
export interface ReplacedObject {
  uri: ArchiveUri;
  /** What must stay within reach; `null`: the new object holds the same payload. */
  keep: KeptPayload | null;
}

export interface KeptPayload {
  contentHash: Sha256;
  /** Where it goes first, unless `uri` leads to it for ever. Names the hash. */
  as: ArchiveKey;
}

export interface ArchivePutResult {
  /**
   * Leads to exactly these bytes; where the store keeps no versions, as long as nothing else is put
   * under the key.
   */
  uri: ArchiveUri;
  /**
   * Leads to the replaced payload for ever, or to nothing where its bytes were lost before. `null` where the
   * URI they were put under still does, and where nothing is to be kept.
   */
  earlierUri: ArchiveUri | null;
}

export interface PutOptions extends CallOptions {
  /**
   * Throws where the turn to write was lost. A store that others share asks it before it writes over or
   * removes what it has just seen: so that a process that was paused changes nothing that came meanwhile.
   * Default: nobody else writes.
   */
  readonly requireTurn?: (() => Promise<void>) | undefined;
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
   * Whole or not at all, each object for itself; in order, so that the last of two puts under one key stays.
   * What was put before one that fails stays. Of a replaced object the payload's hash is checked before its
   * bytes are kept: where a crash left others there, the kept ones stay as they are, and the others are kept
   * under their own hash.
   */
  put(puts: readonly ArchivePut[], options: PutOptions): Promise<ArchivePutResult[]>;
  /**
   * Does with a replaced object what `put` does, where what takes its place lies there already; resolves to
   * the earlier URI. `by: null`: nothing takes its place, and it is removed.
   */
  clear(
    replaced: ReplacedObject,
    by: Pick<ArchivePut, 'key' | 'body'> | null,
    options: PutOptions,
  ): Promise<ArchiveUri | null>;
  /** Resolves to `null` when nothing lies at `uri`. */
  find(uri: ArchiveUri, options: CallOptions): Promise<Uint8Array | null>;
  /** The current object under `key`; `null` when nothing was ever put there. */
  findCurrent(key: ArchiveKey, options: CallOptions): Promise<(ArchivedObject & { body: Uint8Array }) | null>;
  /**
   * Indexes, ascending, of those that are missing or no longer hold the payload with that hash. As deep as
   * the store needs it: files are read and hashed again; a store that checks its own bytes may only ask
   * whether the object is there.
   */
  findDamaged(expected: readonly ExpectedObject[], options: CallOptions): Promise<number[]>;
  /** Every object whose key begins with `prefix`, in the order of keys. */
  list(prefix: string, options: CallOptions): AsyncIterable<ArchivedObject>;
  /** Throws when nothing can be written. */
  ping(options: CallOptions): Promise<void>;
}
