import type { Chunk } from '../../domain/chunk.ts';
import { toChunkId } from '../../search/chunking.ts';
import type { PreparedCitation } from '../records.ts';

/** What the index takes of one revision. */
export function toChunks({ facts, passages }: PreparedCitation, revision: number): Chunk[] {
  return passages.map((passage) => ({
    ...passage,
    revision,
    facts,
    chunkId: toChunkId(facts.pmid, revision, passage.position),
  }));
}

/** The vectors of several records, one behind the other. */
export function joinVectors(parts: readonly Float32Array[]): Float32Array<ArrayBuffer> {
  const joined = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
