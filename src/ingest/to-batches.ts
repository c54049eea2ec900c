import type { Pmid, Sha256 } from '../domain/ids.ts';
import type { IncomingBatch, IncomingDeletion, IncomingRecord, SourceFile } from './records.ts';

/** A commit costs some 30 ms beside its rows, a record 10 kB of memory three times over. */
export interface BatchLimits {
  maxRecords: number;
  maxBytes: number;
}

export const DEFAULT_BATCH_LIMITS: BatchLimits = { maxRecords: 1_000, maxBytes: 12_000_000 };

export type IncomingItem =
  | { kind: 'record'; record: IncomingRecord }
  | { kind: 'deletion'; deletion: IncomingDeletion };

/**
 * Groups items, in order, so that no PMID is changed twice in one batch: a second change, or a deletion
 * beside a change, begins the next one. Revisions are so counted alike wherever the limits cut. The last
 * batch, perhaps empty, says that the file is finished; a failure of `items` comes after the batch of
 * everything before it.
 */
export async function* toBatches(
  items: AsyncIterable<IncomingItem> | Iterable<IncomingItem>,
  { file, limits = DEFAULT_BATCH_LIMITS }: { file: SourceFile | null; limits?: BatchLimits },
): AsyncIterable<IncomingBatch> {
  let batch = new GrowingBatch();
  let itemsDone = 0;
  const toBatch = (finished: boolean): IncomingBatch => ({ ...batch, file, itemsDone, finished });
  const failure = { error: undefined as unknown, happened: false };
  try {
    for await (const item of items) {
      if (batch.isFull(limits) || batch.changes(item)) {
        yield toBatch(false);
        batch = new GrowingBatch();
      }
      batch.add(item);
      itemsDone += 1;
    }
  } catch (error) {
    Object.assign(failure, { error, happened: true });
  }
  if (!failure.happened || itemsDone > 0) yield toBatch(!failure.happened);
  if (failure.happened) throw failure.error;
}

class GrowingBatch {
  readonly records: IncomingRecord[] = [];
  readonly deletions: IncomingDeletion[] = [];
  readonly #changed = new Set<Pmid | Sha256>();
  #bytes = 0;

  isFull({ maxRecords, maxBytes }: BatchLimits): boolean {
    return this.records.length >= maxRecords || this.#bytes >= maxBytes;
  }

  changes(item: IncomingItem): boolean {
    return listChanged(item).some((pmid) => this.#changed.has(pmid));
  }

  add(item: IncomingItem): void {
    for (const pmid of listChanged(item)) this.#changed.add(pmid);
    if (item.kind === 'deletion') {
      this.deletions.push(item.deletion);
      return;
    }
    this.records.push(item.record);
    this.#bytes += item.record.bytes.length;
  }
}

/** A lower version beside a higher one changes only the history. */
function listChanged(item: IncomingItem): readonly Pmid[] {
  if (item.kind === 'deletion') return item.deletion.pmids;
  const { pmid, outranked } = item.record;
  return pmid === null || outranked ? [] : [pmid];
}
