import type { HeldOptions } from '../../domain/call-options.ts';
import { makeMissingIndexes, type TidyingNeeds, tidyIndex, whileHeld } from './tidy-index.ts';

/** Tidies the index behind the answers of this process. Closing it ends it after the step that it is in. */
export interface Tidying extends AsyncDisposable {
  /**
   * Begins, unless it is under way. Resolves when it is over, and never rejects: nobody needs to wait for it.
   */
  begin(): Promise<void>;
}

export interface TidyingBehindNeeds extends TidyingNeeds {
  /** Hears why it failed: nothing is lost by that, and the next time begins anew. */
  onFailure(error: unknown): void;
}

/**
 * Each step has its own turn at publishing, so that over all processes one goes on at a time, and a writer
 * waits for one step at most. Where others wait for their turn as it begins, it leaves the work to a later
 * time: a load tidies at its end.
 */
export function createTidying({ store, index, onFailure }: TidyingBehindNeeds): Tidying {
  const closing = new AbortController();
  const options = { signal: closing.signal };
  let underWay: Promise<void> | null = null;
  const begin = async () => {
    const isBegun = await store.withPublishLock(async (held: HeldOptions) => {
      if (await held.isWanted()) return false;
      await tidyIndex({ store, index }, whileHeld(held, options));
      return true;
    }, options);
    if (isBegun) await makeMissingIndexes({ store, index }, options);
  };
  return {
    async begin() {
      if (closing.signal.aborted) return;
      underWay ??= begin()
        .catch((error: unknown) => {
          if (!closing.signal.aborted) onFailure(error);
        })
        .finally(() => {
          underWay = null;
        });
      await underWay;
    },
    async [Symbol.asyncDispose]() {
      closing.abort();
      await underWay;
    },
  };
}
