import { ChunksRefusedError } from '../errors/chunks-refused-error.ts';
import type { IndexBatch } from './search-index.ts';

/**
 * Throws `ChunksRefusedError` for the chunks whose vectors hold something else than numbers. LanceDB and
 * Weaviate take them without a word, and whoever compares with one of them gets no number either.
 */
export function requireNumbers(
  { chunks, vectors }: Pick<IndexBatch, 'chunks' | 'vectors'>,
  dimensions: number,
): void {
  const refused = chunks.filter((_, at) => !isNumbers(vectors, at * dimensions, (at + 1) * dimensions));
  if (refused.length === 0) return;
  throw new ChunksRefusedError(
    new Map(refused.map(({ chunkId }) => [chunkId, 'its vector is not made of numbers'])),
  );
}

/** A sum is a number where all of its parts are, as long as they are those of a unit vector. */
function isNumbers(vectors: Float32Array, from: number, to: number): boolean {
  let sum = 0;
  for (let at = from; at < to; at++) sum += vectors[at] as number;
  return Number.isFinite(sum);
}
