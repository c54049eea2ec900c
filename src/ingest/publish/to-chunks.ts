import type { Chunk } from '../../domain/document/chunk.ts';
import { toChunkId } from '../../search/chunk-id.ts';
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
