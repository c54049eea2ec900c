import type { CallOptions, HeldOptions } from '../../domain/call-options.ts';
import type { SearchIndex } from '../../search/search-index.ts';
import type { CorpusStore } from '../../store/corpus-store.ts';
import type { LockOptions } from '../../store/port/publishing.ts';

export interface TidyingNeeds {
  store: Pick<CorpusStore, 'getSequence' | 'listCheckpointSequences' | 'withPublishLock'>;
  index: Pick<SearchIndex, 'removeEnded' | 'optimize' | 'makeMissing'>;
}

/**
 * Removes what nobody needs any more, and brings what was written into the built indexes. The caller holds
 * the publish lock: other processes may write to the same index. `makeMissingIndexes` belongs after it.
 */
export async function tidyIndex({ store, index }: TidyingNeeds, options: CallOptions): Promise<void> {
  const upTo = await store.getSequence(options);
  // One that is made after this look sees nothing that had ended by `upTo`.
  const checkpoints = await store.listCheckpointSequences(options);
  await index.removeEnded({ upTo, checkpoints }, options);
  await index.optimize(options);
}

/** Each in a turn at publishing of its own: whoever waits for one does not wait for all of them. */
export async function makeMissingIndexes(
  { store, index }: TidyingNeeds,
  options: LockOptions,
): Promise<void> {
  const makeOne = (held: HeldOptions) => index.makeMissing(whileHeld(held, options));
  while (await store.withPublishLock(makeOne, options));
}

/** For work that ends with the lock, too. */
export function whileHeld(held: HeldOptions, { signal }: CallOptions): CallOptions {
  return { signal: AbortSignal.any([signal, held.signal]) };
}
