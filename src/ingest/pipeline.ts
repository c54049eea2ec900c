import { NEVER } from '../domain/call-options.ts';
import { deferToAwait } from '../domain/concurrency/defer-to-await.ts';
import type { Pmid } from '../domain/ids.ts';
import type { LockOptions } from '../store/port/publishing.ts';
import { prepareBatch, type ReadyBatch } from './prepare/prepare-batch.ts';
import type { BatchOutcome } from './publish/batch-outcome.ts';
import { type Publication, Publisher } from './publish/publisher.ts';
import type { PipelineNeeds } from './publish/reconcile.ts';
import type { IncomingBatch } from './records.ts';

export type { PipelineNeeds };

type Published = { batch: IncomingBatch; outcome: BatchOutcome };

/** What one stage came to. */
type Step =
  /** `null`: there is no further one, by a failure where there is one. */
  | { stage: 'read'; batch: IncomingBatch | null; failure?: { error: unknown } }
  | { stage: 'prepare'; ready: ReadyBatch }
  /** Another one may be taken. */
  | { stage: 'archive' }
  | { stage: 'commit'; published: Published };

/**
 * Batches in, outcomes out, in order. Four stages run side by side, each with one batch: reading (the
 * caller's), preparing, archiving, and indexing with the commit; so at most four batches are in memory,
 * however long the run. A batch goes on as soon as the next stage is free: it is published while the one
 * after it is still waited for.
 *
 * A failure or an abort ends the run between two batches: what was published stays published. What came
 * before a failure of `batches` is published before it is thrown.
 */
export async function* runPipeline(
  needs: PipelineNeeds,
  batches: AsyncIterable<IncomingBatch>,
  { signal, patience }: LockOptions,
): AsyncIterable<Published> {
  const source = batches[Symbol.asyncIterator]();
  const publisher = new Publisher(needs, { signal, patience });
  const stages = new Map<Step['stage'], Promise<Step>>();
  /** In order; the first is a stage of its own. */
  const publishing: Promise<Step>[] = [];
  /** Read, and the stage of preparing is not free; prepared, and that of archiving is not. */
  let waiting: IncomingBatch | null = null;
  let ready: ReadyBatch | null = null;
  /** Prepared and not yet published: what the store says of their PMIDs is about to change. */
  const changing: IncomingBatch[] = [];
  let hasEnded = false;
  let failure: { error: unknown } | undefined;

  const start = (stage: Step['stage'], step: Promise<Step>) => {
    step.catch(deferToAwait);
    stages.set(stage, step);
  };
  const publish = (batch: IncomingBatch, { archived, published }: Publication) => {
    start(
      'archive',
      archived.then(() => ({ stage: 'archive' })),
    );
    const step = published.then((outcome): Step => ({ stage: 'commit', published: { batch, outcome } }));
    step.catch(deferToAwait);
    publishing.push(step);
  };
  const startStages = () => {
    const publication = ready === null ? null : publisher.take(ready);
    if (ready !== null && publication !== null) {
      publish(ready.batch, publication);
      ready = null;
    }
    // Of two batches that change one PMID the second is screened after the first is published.
    const isFree = ready === null && !stages.has('prepare');
    if (waiting !== null && isFree && !overlaps(waiting, changing)) {
      changing.push(waiting);
      start('prepare', prepare(needs, waiting));
      waiting = null;
    }
    if (waiting === null && !hasEnded && !stages.has('read')) start('read', read(source));
  };

  try {
    for (;;) {
      if (!signal.aborted) startStages();
      const running = [...stages.values(), ...publishing.slice(0, 1)];
      if (running.length === 0) break;
      const step = await Promise.race(running);
      stages.delete(step.stage);
      if (step.stage === 'read') {
        waiting = step.batch;
        hasEnded = step.batch === null;
        failure = step.failure;
      } else if (step.stage === 'prepare') ready = step.ready;
      else if (step.stage === 'commit') {
        publishing.shift();
        changing.shift();
        yield step.published;
      }
    }
    signal.throwIfAborted();
    if (failure !== undefined) throw failure.error;
  } finally {
    await Promise.allSettled([...stages.values(), ...publishing, source.return?.()]);
    needs.preparer.rest();
  }
}

async function read(source: AsyncIterator<IncomingBatch>): Promise<Step> {
  try {
    const { done, value } = await source.next();
    return { stage: 'read', batch: done === true ? null : value };
  } catch (error) {
    return { stage: 'read', batch: null, failure: { error } };
  }
}

async function prepare(needs: PipelineNeeds, batch: IncomingBatch): Promise<Step> {
  return { stage: 'prepare', ready: await prepareBatch(needs, batch, NEVER) };
}

function overlaps({ records }: IncomingBatch, changing: readonly IncomingBatch[]): boolean {
  const pmids = new Set(changing.flatMap(listChanging));
  return records.some(({ pmid }) => pmid !== null && pmids.has(pmid));
}

function listChanging({ records, deletions }: IncomingBatch): Pmid[] {
  const written = records.flatMap(({ pmid }) => (pmid === null ? [] : [pmid]));
  return [...written, ...deletions.flatMap(({ pmids }) => pmids)];
}
