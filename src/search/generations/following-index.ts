import type { CallOptions } from '../../domain/call-options.ts';
import { createTurns } from '../../domain/concurrency/turns.ts';
import { untilAborted } from '../../domain/concurrency/until-aborted.ts';
import type { IndexState } from '../../domain/corpus/index-state.ts';
import { BioMcpError } from '../../errors/bio-mcp-error.ts';
import type { IndexBatch, SearchIndex } from '../search-index.ts';
import { createSwitchingIndex } from './switching-index.ts';

/** The index of a corpus, whatever generation it is in. */
export interface FollowingIndex extends SearchIndex {
  /** Of the one that answers now. */
  readonly state: IndexState;
  /** From now on `next` answers, of which `state` tells. */
  switchTo(next: SearchIndex, state: IndexState): Promise<void>;
  /**
   * `work` asks one generation alone, from its first question to its last, whatever a rebuild does meanwhile.
   * Where that one goes on the way, `work` is done once more with the next.
   */
  askOne<T>(work: (index: SearchIndex, state: IndexState) => Promise<T>, options: CallOptions): Promise<T>;
}

export interface FollowingIndexOptions {
  /** Owned from now on. */
  first: SearchIndex;
  state: IndexState;
  /**
   * The row of the database that tells the generation. Read once a search, and before each write, which comes
   * under the publish lock as a rebuild does; `null` where no other process can rebuild.
   */
  findState: ((options: CallOptions) => Promise<IndexState | null>) | null;
  open(state: IndexState, options: CallOptions): Promise<SearchIndex>;
  /** A batch as an index of that state takes it. Default: as it is. */
  fit?(batch: IndexBatch, state: IndexState, options: CallOptions): Promise<IndexBatch>;
}

/** A search does not wait longer for a database that is silent. */
const STATE_MS = 2_000;

/** Goes on to the next generation as soon as another process has put it in its place, without a restart. */
export function createFollowingIndex(options: FollowingIndexOptions): FollowingIndex {
  const { first, findState, open, fit = async (batch: IndexBatch) => batch } = options;
  const index = createSwitchingIndex(first);
  /** Changes together with what `index` asks. */
  let { state: current } = options;
  const turns = createTurns(1);
  /** Of those that were replaced: nobody waits for the searches that they still answer. */
  let closing: Promise<unknown> = Promise.resolve();

  /** Resolves to whether another one answers now. */
  async function follow(state: IndexState | null | undefined, callOptions: CallOptions): Promise<boolean> {
    if (state === null || state === undefined || state.generation === current.generation) return false;
    // One at a time: the second finds it done.
    await turns.use(async () => {
      if (state.generation <= current.generation) return;
      const next = await open(state, callOptions);
      current = state;
      closing = Promise.all([closing, index.switchTo(next)]);
      closing.catch(() => undefined); // told to whoever closes this one
    });
    return true;
  }
  async function write<T>(call: () => Promise<T>, callOptions: CallOptions): Promise<T> {
    await follow(await findState?.(callOptions), callOptions);
    return call();
  }
  /** What the database said last stands while it is away: the index need not fall silent with it. */
  async function followToRead({ signal }: CallOptions): Promise<boolean> {
    if (findState === null) return false;
    const both = AbortSignal.any([signal, AbortSignal.timeout(STATE_MS)]);
    const known = await untilAborted(findState({ signal: both }), both).catch((error: unknown) => {
      signal.throwIfAborted();
      if (isAway(error)) return null;
      throw error;
    });
    return follow(known, { signal });
  }
  async function read<T>(call: () => Promise<T>, callOptions: CallOptions): Promise<T> {
    await followToRead(callOptions);
    try {
      return await call();
    } catch (error) {
      // The one before may go in the middle of a search.
      const isGone = error instanceof BioMcpError && error.code === 'INDEX_UNAVAILABLE';
      if (isGone && (await followToRead(callOptions))) return call();
      throw error;
    }
  }

  return {
    get analyzer() {
      return index.analyzer;
    },
    get isOptimizeDue() {
      return index.isOptimizeDue;
    },
    get state() {
      return current;
    },
    async switchTo(next, state) {
      current = state;
      await index.switchTo(next);
    },
    askOne(work, callOptions) {
      const ask = () => {
        const state = current;
        return index.askOne((one) => work(one, state));
      };
      return read(ask, callOptions);
    },
    write: (batch, callOptions) =>
      write(async () => index.write(await fit(batch, current, callOptions), callOptions), callOptions),
    // Still under the publish lock of its write: no other generation can have come.
    show: (callOptions) => index.show(callOptions),
    rollbackTo: (sequence, callOptions) => write(() => index.rollbackTo(sequence, callOptions), callOptions),
    removeEnded: (ended, callOptions) => write(() => index.removeEnded(ended, callOptions), callOptions),
    optimize: (callOptions) => write(() => index.optimize(callOptions), callOptions),
    makeMissing: (callOptions) => write(() => index.makeMissing(callOptions), callOptions),
    weigh: (query, callOptions) => read(() => index.weigh(query, callOptions), callOptions),
    search: (query, callOptions) => read(() => index.search(query, callOptions), callOptions),
    readShown: (chunkIds, callOptions) => read(() => index.readShown(chunkIds, callOptions), callOptions),
    readShownFacts: (chunkIds, callOptions) =>
      read(() => index.readShownFacts(chunkIds, callOptions), callOptions),
    countNames: (query, callOptions) => read(() => index.countNames(query, callOptions), callOptions),
    countChunks: (callOptions) => read(() => index.countChunks(callOptions), callOptions),
    warm: (callOptions) => read(() => index.warm(callOptions), callOptions),
    ping: (callOptions) => read(() => index.ping(callOptions), callOptions),
    async [Symbol.asyncDispose]() {
      await index[Symbol.asyncDispose]();
      await closing;
    },
  };
}

function isAway(error: unknown): boolean {
  if (error instanceof DOMException && error.name === 'TimeoutError') return true;
  return error instanceof BioMcpError && (error.code === 'DB_UNAVAILABLE' || error.code === 'DB_TIMEOUT');
}
