import { adoptPuts } from '../archive/adopted-puts.ts';
import { toRawKey } from '../domain/archive-key.ts';
import type { CallOptions } from '../domain/call-options.ts';
import type { Pmid } from '../domain/ids.ts';
import { findArchivedRecord } from './archived-record.ts';
import { type PipelineParts, runPipeline } from './pipeline.ts';
import { type IncomingItem, toBatches } from './to-batches.ts';

/**
 * Makes archive, store and index agree after a process was killed or a write failed half-way; costs one look-up when
 * there is nothing to do. In this order:
 *
 * 1. the index forgets what was written above the last sequence number: it was never published;
 * 2. each announced PMID whose object in the archive is newer than its pointer is published from the archive, as if
 *    it had just come in, without being put again: it was archived, so it must be found (a damaged object, as a power cut leaves it, waits for
 *    the next load of its record: `archive verify` names it);
 * 3. the announcement is forgotten.
 */
export async function reconcile(parts: PipelineParts, options: CallOptions): Promise<{ published: number }> {
  const { store, index } = parts;
  const pending = await store.listPending(options);
  if (pending.length === 0) return { published: 0 };
  await store.withPublishLock(
    async () => index.rollbackTo(await store.getSequence(options), options),
    options,
  );
  let published = 0;
  const adopting = { ...parts, archive: adoptPuts(parts.archive) };
  for (const { batchId, pmids } of pending) {
    for await (const { outcome } of runPipeline(
      adopting,
      toBatches(listUnpublished(parts, pmids, options), { file: null }),
      options,
    )) {
      published += outcome.indexed;
    }
    await store.forgetPending(batchId, options);
  }
  return { published };
}

async function* listUnpublished(
  { archive, store, keys }: PipelineParts,
  pmids: readonly Pmid[],
  options: CallOptions,
): AsyncIterable<IncomingItem> {
  const pointers = await store.findPointers(pmids, options);
  for (const pmid of pmids) {
    const found = await archive.findCurrent(toRawKey(keys, pmid), options);
    if (found === null) continue;
    const record = findArchivedRecord(found);
    if (record?.pmid !== pmid) continue;
    if (record.contentHash !== pointers.get(pmid)?.contentHash) yield { kind: 'record', record };
  }
}
