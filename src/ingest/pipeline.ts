import type { CallOptions, HeldOptions } from '../domain/call-options.ts';
import type { Pmid } from '../domain/ids.ts';
import type { LockOptions } from '../store/corpus-store.ts';
import { prepareBatch, type ReadyBatch } from './prepare/prepare-batch.ts';
import { type BatchOutcome, publishBatch } from './publish/publish-batch.ts';
import { type PipelineParts, settlePending, undoPending } from './publish/reconcile.ts';
import type { IncomingBatch } from './records.ts';

export type { PipelineParts };

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
  { signal, patience }: LockOptions,
): AsyncIterable<{ batch: IncomingBatch; outcome: BatchOutcome }> {
  /** PMIDs of batches that are prepared and not yet published: what the store says of them is about to change. */
  const changing = new Set<Pmid>();
  const fault: Fault = { happened: false, error: null };
  let publishing: Promise<{ batch: IncomingBatch; outcome: BatchOutcome }> | null = null;
  let preparing: Promise<ReadyBatch> | null = null;

  const publish = async (ready: ReadyBatch) => {
    const { batch } = ready;
    const outcome = await publishInTurn(parts, ready, { signal, patience });
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

/**
 * An abort ends the waiting for the turn; the batch that is being written it waits for. What other writers left undone is
 * settled first, so that it becomes no part of this batch's commit.
 */
async function publishInTurn(
  parts: PipelineParts,
  ready: ReadyBatch,
  options: LockOptions,
): Promise<BatchOutcome> {
  let inside: CallOptions = { signal: NEVER };
  const publish = async (held: HeldOptions) => {
    inside = held;
    await settlePending(parts, held);
    return publishBatch(parts, ready, held);
  };
  try {
    return await parts.store.withPublishLock(publish, options);
  } catch (error) {
    // Who lost the lock may touch nothing before it has it again; whoever has it first does the same.
    if (inside.signal.aborted) await undoPending(parts).catch(leaveToReconcile);
    throw error;
  }
}

/** The batch stays announced, so that the next writer undoes it. */
function leaveToReconcile(): void {}

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
