import { adoptPuts } from '../../archive/adopted-puts.ts';
import type { CallOptions, HeldOptions } from '../../domain/call-options.ts';
import type { LockOptions } from '../../store/port/publishing.ts';
import { prepareBatch } from '../prepare/prepare-batch.ts';
import type { Preparer } from '../records.ts';
import { toBatches } from '../to-batches.ts';
import { listUnpublished } from './list-unpublished.ts';
import { type PublishNeeds, publishBatch, rollBackIndex, UNDO_MS } from './publish-batch.ts';

export interface PipelineNeeds extends PublishNeeds {
  preparer: Preparer;
  /** Hears of each failure beside the first, which is thrown. Default: nobody does. */
  onFurtherFailure?: ((error: unknown) => void) | undefined;
}

/**
 * Makes archive, store and index agree after a process was killed or a write failed half-way; costs one
 * look-up when there is nothing to do.
 */
export async function reconcile(needs: PipelineNeeds, options: LockOptions): Promise<{ published: number }> {
  const pending = await needs.store.listPending(options);
  if (pending.length === 0) return { published: 0 };
  return needs.store.withPublishLock((held) => settlePending(needs, held), options);
}

/**
 * The caller holds the publish lock and has announced nothing yet: so whatever is announced was left by
 * somebody who is gone, or who lost the lock. In this order:
 *
 * 1. the index forgets what was written above the last sequence number: it was never published;
 * 2. each announced PMID whose object in the archive is newer than its pointer is published from the
 *    archive, as if it had just come in, without being put again: it was archived, so it must be found,
 *    however it was compressed;
 * 3. the announcement is forgotten.
 */
export async function settlePending(needs: PipelineNeeds, held: HeldOptions): Promise<{ published: number }> {
  const { store } = needs;
  const pending = await store.listPending(held);
  if (pending.length === 0) return { published: 0 };
  await rollBackIndex(needs, held);
  let published = 0;
  const adopting = { ...needs, archive: adoptPuts(needs.archive) };
  for (const { batchId, pmids } of pending) {
    for await (const batch of toBatches(listUnpublished(needs, pmids, held), { file: null })) {
      const ready = await prepareBatch(adopting, batch, held);
      published += (await publishBatch(adopting, { ...ready, isAnnounced: true }, held)).indexed;
    }
    held.signal.throwIfAborted();
    await store.forgetPending(batchId, held);
  }
  return { published };
}

/**
 * The first step alone, for whoever lost the lock half-way; where another had it meanwhile there is nothing
 * left to do.
 */
export async function undoPending(needs: PublishNeeds): Promise<void> {
  const options = { signal: AbortSignal.timeout(UNDO_MS) };
  const undo = async (held: CallOptions) => {
    if ((await needs.store.listPending(held)).length > 0) await rollBackIndex(needs, held);
  };
  await needs.store.withPublishLock(undo, options);
}
