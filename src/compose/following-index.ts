import type { CallOptions } from '../domain/call-options.ts';
import { BioMcpError } from '../errors/bio-mcp-error.ts';
import type { SearchIndex } from '../search/search-index.ts';
import { createSwitchingIndex } from '../search/switching-index.ts';
import type { IndexState } from '../store/corpus-store.ts';

/** The index of a corpus, whatever generation it is in. */
export interface FollowingIndex extends SearchIndex {
  /** From now on `next` answers, which holds that generation. */
  switchTo(next: SearchIndex, generation: number): Promise<void>;
}

export interface FollowingIndexOptions {
  /** Owned from now on. */
  first: SearchIndex;
  generation: number;
  /**
   * What the database says. Asked before each write, which comes under the publish lock as a rebuild does, so that none
   * goes to the generation before; `null` where no other process can rebuild.
   */
  findState: ((options: CallOptions) => Promise<IndexState | null>) | null;
  open(state: IndexState, options: CallOptions): Promise<SearchIndex>;
  /** Where searches do not follow by themselves, they ask as writes do. */
  searchesFollow: boolean;
}

/** Goes on to the next generation as soon as another process has put it in its place, without a restart. */
export function createFollowingIndex(options: FollowingIndexOptions): FollowingIndex {
  const { first, findState, open, searchesFollow } = options;
  const index = createSwitchingIndex(first);
  let { generation } = options;
  let following: Promise<unknown> = Promise.resolve();

  /** Resolves to whether another one answers now. */
  async function follow(callOptions: CallOptions): Promise<boolean> {
    const state = await findState?.(callOptions);
    if (state === null || state === undefined || state.generation === generation) return false;
    // One at a time: the second finds it done.
    const mine = following.then(async () => {
      if (state.generation <= generation) return;
      const next = await open(state, callOptions);
      generation = state.generation;
      await index.switchTo(next);
    });
    following = mine.catch(() => undefined);
    await mine;
    return true;
  }
  async function write<T>(call: () => Promise<T>, callOptions: CallOptions): Promise<T> {
    await follow(callOptions);
    return call();
  }
  async function read<T>(call: () => Promise<T>, callOptions: CallOptions): Promise<T> {
    if (searchesFollow) return call();
    await follow(callOptions);
    try {
      return await call();
    } catch (error) {
      // The one before may go in the middle of a search.
      const isGone = error instanceof BioMcpError && error.code === 'INDEX_UNAVAILABLE';
      if (isGone && (await follow(callOptions))) return call();
      throw error;
    }
  }

  return {
    async switchTo(next, nextGeneration) {
      generation = nextGeneration;
      await index.switchTo(next);
    },
    write: (batch, callOptions) => write(() => index.write(batch, callOptions), callOptions),
    rollbackTo: (sequence, callOptions) => write(() => index.rollbackTo(sequence, callOptions), callOptions),
    removeEnded: (ended, callOptions) => write(() => index.removeEnded(ended, callOptions), callOptions),
    optimize: (callOptions) => write(() => index.optimize(callOptions), callOptions),
    search: (query, callOptions) => read(() => index.search(query, callOptions), callOptions),
    readTexts: (chunkIds, callOptions) => read(() => index.readTexts(chunkIds, callOptions), callOptions),
    countChunks: (callOptions) => read(() => index.countChunks(callOptions), callOptions),
    ping: (callOptions) => read(() => index.ping(callOptions), callOptions),
    [Symbol.asyncDispose]: () => index[Symbol.asyncDispose](),
  };
}
