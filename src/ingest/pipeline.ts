import type { CallOptions } from '../domain/call-options.ts';
import type { Pmid } from '../domain/ids.ts';
import { findKnownRecords } from './known-records.ts';
import { isKnown, type KnownRecords, toRecordId } from './plan-batch.ts';
import { type BatchOutcome, type PublishParts, publishBatch } from './publish-batch.ts';
import type { IncomingBatch, IncomingRecord, PreparedRecord, Preparer } from './records.ts';

export interface PipelineParts extends PublishParts {
  preparer: Preparer;
}

interface ReadyBatch {
  batch: IncomingBatch;
  prepared: Map<IncomingRecord, PreparedRecord>;
  damaged: ReadonlySet<string>;
}

/**
 * Batches in, outcomes out, in order. Three stages run side by side, each with one batch: reading (the caller's),
 * preparing, publishing; so at most three batches are in memory, however long the run.
 *
 * A failure or an abort ends the run between two batches: what was published stays published. What came before a
 * failure of `batches` is published before it is thrown.
 */
export async function* runPipeline(
  parts: PipelineParts,
  batches: AsyncIterable<IncomingBatch>,
  { signal }: CallOptions,
): AsyncIterable<{ batch: IncomingBatch; outcome: BatchOutcome }> {
  /** PMIDs of batches that are prepared and not yet published: what the store says of them is about to change. */
  const changing = new Set<Pmid>();
  const fault: Fault = { happened: false, error: null };
  let publishing: Promise<{ batch: IncomingBatch; outcome: BatchOutcome }> | null = null;
  let preparing: Promise<ReadyBatch> | null = null;

  /** Publishing is never cut short: an abort waits for the batch that is being written. */
  const publish = async ({ batch, prepared, damaged }: ReadyBatch) => {
    const outcome = await publishBatch(parts, batch, prepared, damaged, { signal: NEVER });
    for (const pmid of listChanging(batch)) changing.delete(pmid);
    return { batch, outcome };
  };

  try {
    for await (const batch of untilFault(batches, fault)) {
      if (signal.aborted) break;
      const overlapping = batch.records.some(({ pmid }) => pmid !== null && changing.has(pmid));
      const ready = await preparing;
      preparing = null;
      if (publishing !== null) {
        yield await publishing;
        publishing = null;
      }
      if (ready !== null) publishing = publish(ready);
      // Two batches that change one PMID: the second is screened after the first is published.
      if (overlapping && publishing !== null) {
        yield await publishing;
        publishing = null;
      }
      for (const pmid of listChanging(batch)) changing.add(pmid);
      preparing = prepareBatch(parts, batch, { signal: NEVER });
      preparing.catch(deferToAwait);
      publishing?.catch(deferToAwait);
    }
    if (publishing !== null) yield await publishing;
    publishing = null;
    signal.throwIfAborted();
    const ready = await preparing;
    preparing = null;
    if (ready !== null) yield await publish(ready);
    if (fault.happened) throw fault.error;
  } finally {
    await Promise.allSettled([publishing, preparing]);
  }
}

const NEVER = new AbortController().signal;

interface Fault {
  happened: boolean;
  error: unknown;
}

/** The batches up to a failure, which is noted down. */
async function* untilFault(
  batches: AsyncIterable<IncomingBatch>,
  fault: Fault,
): AsyncIterable<IncomingBatch> {
  try {
    yield* batches;
  } catch (error) {
    Object.assign(fault, { happened: true, error });
  }
}

function listChanging({ records, deletions }: IncomingBatch): Pmid[] {
  const written = records.flatMap(({ pmid }) => (pmid === null ? [] : [pmid]));
  return [...written, ...deletions.flatMap(({ pmids }) => pmids)];
}

/** The rejection is met by the `await` that comes later; until then it must not count as unhandled. */
function deferToAwait(): void {}

/** Tells apart what is new, and has that prepared; what is there already is only checked for damage. */
async function prepareBatch(
  { archive, store, preparer }: PipelineParts,
  batch: IncomingBatch,
  options: CallOptions,
): Promise<ReadyBatch> {
  const found = await findKnownRecords(store, batch, options);
  const known: KnownRecords = { ...found, damaged: new Set() };
  const same = batch.records.filter((record) => isKnown(record, batch, known));
  const damaged = await findDamaged(archive, same, found.uris, options);
  const skipped = new Set(same.filter((record) => !damaged.has(toRecordId(record.pmid, record.contentHash))));
  const fresh = batch.records.filter((record) => !skipped.has(record));
  const prepared = await preparer.prepare(fresh);
  const pairs = fresh.flatMap((record, at) => {
    const ready = prepared[at];
    return ready === undefined ? [] : [[record, ready] as const];
  });
  return { batch, prepared: new Map(pairs), damaged };
}

async function findDamaged(
  archive: PipelineParts['archive'],
  records: readonly IncomingRecord[],
  uris: Awaited<ReturnType<typeof findKnownRecords>>['uris'],
  options: CallOptions,
): Promise<Set<string>> {
  const expected = records.flatMap(({ pmid, contentHash }) => {
    const id = toRecordId(pmid, contentHash);
    const uri = uris.get(id);
    return uri === undefined ? [] : [{ id, uri, contentHash }];
  });
  if (expected.length === 0) return new Set();
  const indexes = await archive.findDamaged(expected, options);
  return new Set(indexes.flatMap((at) => expected[at]?.id ?? []));
}
