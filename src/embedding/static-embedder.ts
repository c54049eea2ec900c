import { setImmediate } from 'node:timers/promises';
import type { Mixing } from '../domain/corpus/mixing.ts';
import type { Embedder } from './embedder.ts';
import { createStaticEncoder, type StaticEncoder } from './static-encoder.ts';
import {
  loadStaticVectors,
  STATIC_DIMENSIONS,
  STATIC_EMBEDDER_ID,
  type StaticVectors,
} from './static-vectors.ts';

/** A bag of token vectors knows less than the words themselves. */
const MIXING: Mixing = { balance: 0.3, isCentred: true };
/** About 10 ms of work: other requests get their turn in between. */
const TEXTS_A_TURN = 64;

/**
 * The default embedder: works offline and needs nothing but this package. Reads its table at the first call;
 * `vectors` hands in one that is loaded already. Questions and passages are embedded alike. Bulk work belongs
 * on worker threads, each with an encoder of its own over the same vectors: see `createStaticEncoder`.
 */
export function createStaticEmbedder({ vectors }: { vectors?: StaticVectors } = {}): Embedder {
  let encoder: Promise<StaticEncoder> | undefined;
  const load = async (): Promise<StaticEncoder> =>
    createStaticEncoder(vectors ?? (await loadStaticVectors({ signal: new AbortController().signal })));

  return {
    id: STATIC_EMBEDDER_ID,
    dimensions: STATIC_DIMENSIONS,
    mixing: MIXING,
    async embed(texts, _purpose, { signal }) {
      signal.throwIfAborted();
      encoder ??= load().catch((error: unknown) => {
        encoder = undefined;
        throw error;
      });
      const encode = await encoder;
      const out = new Float32Array(texts.length * STATIC_DIMENSIONS);
      for (let at = 0; at < texts.length; at += TEXTS_A_TURN) {
        if (at > 0) await setImmediate();
        signal.throwIfAborted();
        out.set(encode(texts.slice(at, at + TEXTS_A_TURN)), at * STATIC_DIMENSIONS);
      }
      return out;
    },
  };
}
