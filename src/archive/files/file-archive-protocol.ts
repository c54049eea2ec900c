import type { ArchiveKey } from '../../domain/corpus/archive-key.ts';
import type { Sha256 } from '../../domain/ids.ts';
import type { KeptPayload } from '../archive.ts';

/** What a file archive's thread is told at its start. */
export interface ThreadSettings {
  /** Absolute. */
  folder: string;
  /** Below `folder`, on the same file system. */
  incomingFolder: string;
  fsync: boolean;
}

export interface PutOrder {
  key: ArchiveKey;
  body: Uint8Array;
  replaces: ReplacedFile | null;
  /** Whatever `fsync` says of the others. */
  isFlushed?: boolean | undefined;
}

/** `key: null`: the pointer's address leads outside this archive. */
export interface ReplacedFile {
  key: ArchiveKey | null;
  keep: KeptPayload | null;
}

export interface ClearOrder {
  replaced: ReplacedFile;
  /** What takes its place already; `null`: nothing. */
  by: Pick<PutOrder, 'key' | 'body'> | null;
}

export interface ExpectedFile {
  /** `null`: the URI leads outside this archive. */
  key: ArchiveKey | null;
  contentHash: Sha256;
}

/** Each operation of the thread: what it takes and what it answers. */
export interface Operations {
  put: { input: PutOrder[]; output: null };
  clear: { input: ClearOrder; output: null };
  find: { input: ArchiveKey; output: Uint8Array<ArrayBuffer> | null };
  findDamaged: { input: ExpectedFile[]; output: number[] };
  list: { input: { prefix: string; after: ArchiveKey | null; limit: number }; output: ArchiveKey[] };
}
export type OperationName = keyof Operations;
export type OperationInput<Name extends OperationName> = Operations[Name]['input'];
export type OperationOutput<Name extends OperationName> = Operations[Name]['output'];

export type ThreadRequest = {
  [Name in OperationName]: {
    id: number;
    operation: Name;
    input: OperationInput<Name>;
    /** One 32-bit word, not 0 once the caller gave up; looked at before each object. */
    abort: SharedArrayBuffer;
  };
}[OperationName];

/** An error as it crosses threads: structured clone keeps neither class nor code. */
export interface ThreadFailure {
  message: string;
  stack: string | undefined;
  /** Of a system error: ENOSPC, EACCES, … */
  errno: string;
}

export type ThreadAnswer =
  | { id: number; outcome: 'done'; output: unknown }
  | { id: number; outcome: 'failed'; failure: ThreadFailure }
  | { id: number; outcome: 'aborted' };
