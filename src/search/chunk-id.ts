import { v5 } from 'uuid';
import type { Pmid } from '../domain/ids.ts';

/** What `pmid:revision:position` is a name in; part of every chunk id, so never changed. */
const CHUNK_NAMESPACE = '3c1d7a52-8f0b-5e64-9b7e-6a2f4d90c815';

/** UUIDv5 of `pmid:revision:position`: the same passage gets the same id wherever it is indexed. */
export function toChunkId(pmid: Pmid, revision: number, position: number): string {
  return v5(`${pmid}:${revision}:${position}`, CHUNK_NAMESPACE);
}
