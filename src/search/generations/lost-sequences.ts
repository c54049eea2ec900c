import type { CorpusStore } from '../../store/corpus-store.ts';
import type { FindLostSequences } from '../weaviate/weaviate-chunks.ts';

/**
 * A number is lost a minute after the writer that had it stood still, and what comes late of it later still.
 */
const KEPT_MS = 5_000;

/**
 * What the database says of lost numbers, asked every five seconds at most; while it is away, what
 * it said last.
 */
export function createLostSequences(store: Pick<CorpusStore, 'listLostSequences'>): FindLostSequences {
  let known: readonly number[] | null = null;
  let askedAt = Number.NEGATIVE_INFINITY;
  return async (options) => {
    if (known !== null && performance.now() - askedAt < KEPT_MS) return known;
    askedAt = performance.now();
    try {
      known = await store.listLostSequences(options);
    } catch (error) {
      if (known === null) throw error;
    }
    return known;
  };
}
