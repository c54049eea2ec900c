import type { Embedder } from './embedder.ts';

/** Stands for an embedder that is not here: it knows no word, so that all of its vectors are zeros. */
export function createMissingEmbedder({ id, dimensions }: Pick<Embedder, 'id' | 'dimensions'>): Embedder {
  return {
    id,
    dimensions,
    async embed(texts, _purpose, { signal }) {
      signal.throwIfAborted();
      return new Float32Array(texts.length * dimensions);
    },
  };
}
