import type { HeldOptions } from '../../domain/call-options.ts';
import { deferToAwait } from '../../domain/concurrency/defer-to-await.ts';
import type { LockOptions } from '../../store/port/publishing.ts';
import type { ReadyBatch } from '../prepare/prepare-batch.ts';
import type { IncomingBatch } from '../records.ts';
import type { BatchOutcome } from './batch-outcome.ts';
import { type ArchivedBatch, archiveBatch, commitArchived, leaveToReconcile } from './publish-batch.ts';
import { type PipelineNeeds, settlePending, undoPending } from './reconcile.ts';

/** A batch that is being published. */
export interface Publication {
  /** Resolves when it is worth offering another one; never rejects. */
  archived: Promise<void>;
  /** Settles in the order in which batches were taken, also where they fail. */
  published: Promise<BatchOutcome>;
}

/** Of one turn where others wait for theirs: nobody waits much longer than for one. */
const BATCHES_WHILE_OTHERS_WAIT = 2;

/** From the wish for the publish lock to its return. */
interface Turn {
  /** Not published yet: one that is indexed and committed, and at most one that is archived meanwhile. */
  taken: Taken[];
  /** Since when another one may be taken; `null`: not now. */
  open: { held: HeldOptions; committing: IncomingBatch } | null;
}

interface Taken {
  batch: IncomingBatch;
  archiving: Promise<ArchivedBatch>;
  archived: PromiseWithResolvers<void>;
  published: PromiseWithResolvers<BatchOutcome>;
}

/**
 * Publishes one batch after the other, and archives the next one while one is indexed and committed. Both
 * happen within one turn of the publish lock, so that what is announced while nobody has it was left by
 * somebody who is gone. A batch that touches what the one before it changes waits for its commit, since its
 * plan is made before. A turn goes on without whoever takes the outcomes, and is over when no batch was taken
 * in time.
 *
 * A failure is the end: nothing is taken after it. A batch that was archived by then fails with it and stays
 * announced: the next writer publishes it from the archive.
 */
export class Publisher {
  readonly #parts: PipelineNeeds;
  readonly #options: LockOptions;
  #turn: Turn | null = null;

  constructor(needs: PipelineNeeds, options: LockOptions) {
    this.#parts = needs;
    this.#options = options;
  }

  /** `null`: it has to wait until what was taken before is archived, or published. */
  take(ready: ReadyBatch): Publication | null {
    const { batch } = ready;
    if (this.#turn === null) return this.#begin(ready);
    const { taken, open } = this.#turn;
    if (open === null || taken.length > 1 || touches(batch, open.committing)) return null;
    return enter(taken, batch, archiveBatch(this.#parts, ready, open.held));
  }

  #begin(ready: ReadyBatch): Publication {
    const archiving = Promise.withResolvers<ArchivedBatch>();
    const turn: Turn = { taken: [], open: null };
    const publication = enter(turn.taken, ready.batch, archiving.promise);
    this.#turn = turn;
    const work = (held: HeldOptions) => {
      archiveBatch(this.#parts, ready, held).then(archiving.resolve, archiving.reject);
      return this.#publishAll(turn, held);
    };
    holdLock(this.#parts, work, this.#options).catch((error: unknown) => {
      for (const { archived, published } of turn.taken) {
        archived.resolve();
        published.reject(error);
      }
    });
    return publication;
  }

  async #publishAll(turn: Turn, held: HeldOptions): Promise<void> {
    try {
      for (let count = 1; ; count++) {
        const [first] = turn.taken;
        if (first === undefined) return;
        const archived = await first.archiving;
        const isLast = count >= BATCHES_WHILE_OTHERS_WAIT && (await mayBeWanted(held));
        if (!isLast) turn.open = { held, committing: first.batch };
        first.archived.resolve();
        const outcome = await commitArchived(this.#parts, archived, held);
        turn.open = null;
        turn.taken.shift();
        // Before the outcome is told: who hears of it may begin the next turn.
        if (turn.taken.length === 0) this.#turn = null;
        first.published.resolve(outcome);
      }
    } finally {
      turn.open = null;
      // Whoever has the lock next finds nothing under way.
      await Promise.allSettled(turn.taken.map(({ archiving }) => archiving));
    }
  }
}

/**
 * A look that fails must not cost the batch that is archived already: to give the turn up is always right.
 */
async function mayBeWanted({ isWanted }: HeldOptions): Promise<boolean> {
  return await isWanted().catch(() => true);
}

function enter(taken: Taken[], batch: IncomingBatch, archiving: Promise<ArchivedBatch>): Publication {
  const archived = Promise.withResolvers<void>();
  const published = Promise.withResolvers<BatchOutcome>();
  archiving.catch(deferToAwait);
  taken.push({ batch, archiving, archived, published });
  return { archived: archived.promise, published: published.promise };
}

/**
 * An abort ends the waiting for the turn; what is being written it waits for. What other writers left undone
 * is settled first, so that it becomes no part of the commits of this turn.
 */
async function holdLock(
  needs: PipelineNeeds,
  work: (held: HeldOptions) => Promise<void>,
  options: LockOptions,
): Promise<void> {
  let held: HeldOptions | null = null;
  try {
    await needs.store.withPublishLock(async (mine) => {
      held = mine;
      await settlePending(needs, mine);
      await work(mine);
    }, options);
  } catch (error) {
    // Who lost the lock may touch nothing before it has it again; whoever has it first does the same.
    if (isLost(held)) await undoPending(needs).catch(leaveToReconcile);
    throw error;
  }
}

function isLost(held: HeldOptions | null): boolean {
  return held?.signal.aborted === true;
}

function touches(batch: IncomingBatch, other: IncomingBatch): boolean {
  const touched = new Set(listTouched(other));
  return listTouched(batch).some((one) => touched.has(one));
}

/** A record without a PMID is told by its content. */
function listTouched({ records, deletions }: IncomingBatch): string[] {
  const named = records.map(({ pmid, contentHash }) => pmid ?? contentHash);
  return [...named, ...deletions.flatMap(({ pmids }) => pmids)];
}
