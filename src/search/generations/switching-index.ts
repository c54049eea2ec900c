import type { SearchIndex } from '../search-index.ts';

/** An index whose place another can take while it is searched. */
export interface SwitchingIndex extends SearchIndex {
  /**
   * From now on `next` answers; resolves when the one before has answered what it was asked and is closed.
   */
  switchTo(next: SearchIndex): Promise<void>;
  /** All that `work` asks is answered by the one that answers now. */
  askOne<T>(work: (index: SearchIndex) => Promise<T>): Promise<T>;
}

/** Begins with `first`, which it owns from now on. Closing it closes the one that answers then. */
export function createSwitchingIndex(first: SearchIndex): SwitchingIndex {
  let current = { index: first, calls: new Set<Promise<unknown>>() };
  const ask = <T>(call: (index: SearchIndex) => Promise<T>): Promise<T> => {
    const { index, calls } = current;
    const asked = call(index);
    calls.add(asked);
    return asked.finally(() => calls.delete(asked));
  };
  return {
    get analyzer() {
      return current.index.analyzer;
    },
    get isOptimizeDue() {
      return current.index.isOptimizeDue;
    },
    async switchTo(next) {
      const { index, calls } = current;
      current = { index: next, calls: new Set() };
      await Promise.allSettled(calls);
      await index[Symbol.asyncDispose]();
    },
    askOne: ask,
    write: (batch, options) => ask((index) => index.write(batch, options)),
    show: (options) => ask((index) => index.show(options)),
    rollbackTo: (sequence, options) => ask((index) => index.rollbackTo(sequence, options)),
    removeEnded: (ended, options) => ask((index) => index.removeEnded(ended, options)),
    optimize: (options) => ask((index) => index.optimize(options)),
    makeMissing: (options) => ask((index) => index.makeMissing(options)),
    weigh: (query, options) => ask((index) => index.weigh(query, options)),
    search: (query, options) => ask((index) => index.search(query, options)),
    readShown: (chunkIds, options) => ask((index) => index.readShown(chunkIds, options)),
    readShownFacts: (chunkIds, options) => ask((index) => index.readShownFacts(chunkIds, options)),
    countNames: (query, options) => ask((index) => index.countNames(query, options)),
    countChunks: (options) => ask((index) => index.countChunks(options)),
    warm: (options) => ask((index) => index.warm(options)),
    ping: (options) => ask((index) => index.ping(options)),
    async [Symbol.asyncDispose]() {
      await Promise.allSettled(current.calls);
      await current.index[Symbol.asyncDispose]();
    },
  };
}
