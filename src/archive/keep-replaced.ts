import type { ArchiveKey } from '../domain/corpus/archive-key.ts';
import type { KeptPayload } from './archive.ts';
import { findSealed } from './object-check.ts';

export type Kept =
  /** It is the payload that is to be kept, whole. */
  | { kind: 'wanted' }
  /** A whole record that no pointer tells of, as a database that is older than its archive leaves it. */
  | { kind: 'other'; as: ArchiveKey }
  /** Bytes that nobody can read. */
  | { kind: 'damaged' }
  /** The new record itself, which an attempt before this one put there. */
  | { kind: 'new' };

/**
 * What the bytes at a replaced object's address are: `by` are those that take its place, `null`
 * where none do.
 */
export function judgeReplaced(lying: Uint8Array, keep: KeptPayload, by: Uint8Array | null): Kept {
  const found = findSealed(lying);
  if (found === null) return { kind: 'damaged' };
  if (found.contentHash === keep.contentHash) return { kind: 'wanted' };
  if (by !== null && findSealed(by)?.contentHash === found.contentHash) return { kind: 'new' };
  return { kind: 'other', as: keep.as.replace(keep.contentHash, found.contentHash) as ArchiveKey };
}
