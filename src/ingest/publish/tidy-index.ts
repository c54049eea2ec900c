import type { CallOptions } from '../../domain/call-options.ts';
import type { PipelineParts } from '../pipeline.ts';

/**
 * Removes what nobody needs any more, and brings what was written into the built indexes. The caller holds
 * the publish lock: other processes may write to the same index.
 */
export async function tidyIndex(
  { store, index }: Pick<PipelineParts, 'store' | 'index'>,
  options: CallOptions,
): Promise<void> {
  const upTo = await store.getSequence(options);
  // One that is made after this look sees nothing that had ended by `upTo`.
  const checkpoints = await store.listCheckpointSequences(options);
  await index.removeEnded({ upTo, checkpoints }, options);
  await index.optimize(options);
}
