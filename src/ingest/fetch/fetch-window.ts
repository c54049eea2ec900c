import type { CallOptions } from '../../domain/call-options.ts';
import { untilAborted } from '../../domain/concurrency/until-aborted.ts';
import { MAX_IDS_PER_REQUEST } from '../../pubmed/source-limits.ts';

/** Bounds how many records are asked for and not yet committed: as many are fetched again after a crash. */
export interface FetchWindow {
  /**
   * How many PMIDs a request asks for: two of them fill a small window, so that one is fetched while
   * one is written.
   */
  readonly portion: number;
  /** Resolves once there is room for so many more; whoever waits is alone. */
  take(count: number, options: CallOptions): Promise<void>;
  /** So many were committed and marked as done. */
  give(count: number): void;
}

/** Three crashes at the worst moments then cost a third of the list, and not more. */
const SHARE = 0.11;
/** One request: a short list is not made slower than that for the sake of a crash. */
const LEAST = MAX_IDS_PER_REQUEST;
/** Five requests under way, and two batches of 1,000 that are prepared and published. */
const MOST = 3_000;

export function createFetchWindow(total: number): FetchWindow {
  const size = Math.min(MOST, Math.max(LEAST, Math.floor(total * SHARE)));
  let out = 0;
  let given = Promise.withResolvers<void>();
  return {
    portion: total <= LEAST ? LEAST : Math.min(MAX_IDS_PER_REQUEST, Math.ceil(size / 2)),
    async take(count, { signal }) {
      signal.throwIfAborted();
      while (out > 0 && out + count > size) await untilAborted(given.promise, signal);
      out += count;
    },
    give(count) {
      out = Math.max(0, out - count);
      given.resolve();
      given = Promise.withResolvers();
    },
  };
}
