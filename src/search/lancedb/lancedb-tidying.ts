import { NEVER } from '../../domain/call-options.ts';
import { findFailure } from './lancedb-errors.ts';
import { dropListIndexes, findUnindexed, makeFilterIndex } from './lancedb-filter-indexes.ts';
import type { LanceDbState } from './lancedb-state.ts';
import { createVectorIndex, hasVectorIndex, isVectorIndexWhole } from './lancedb-table.ts';

/**
 * Each write leaves a fragment in the table: 120 of them made a search take 50 ms instead of 9, and joining
 * them 280 ms.
 */
const MOST_FRAGMENTS = 20;
/** Another process may read a version that was replaced meanwhile for so long. */
const LONGEST_READ_MS = 10 * 60_000;
/** A search of this process lasts no longer. */
const LONGEST_OWN_READ_MS = 60_000;

/** Of which each may join what the one before it left; two were seen. */
const MOST_ROUNDS = 4;

export function isOptimizeDue({ lacksIndexes, fragments }: LanceDbState): boolean {
  return lacksIndexes || fragments >= MOST_FRAGMENTS;
}

/**
 * In the midst of a load: old versions go without waiting for a read, so those stay that one
 * may still read.
 */
export async function refresh(state: LanceDbState): Promise<void> {
  const { table, view, isShared } = state;
  const keptMs = isShared ? LONGEST_READ_MS : LONGEST_OWN_READ_MS;
  const cleanupOlderThan = new Date(view.refreshedAt.getTime() - keptMs);
  await state.flush?.(NEVER); // the version before this one is not old enough to go
  await view.refresh(async () => {
    // Made anew at the end of the load: until then each refresh would pay for it.
    state.lacksIndexes = true;
    await dropListIndexes(table);
    await table.optimize({ cleanupOlderThan });
    await renewCeilings(state);
  });
  state.fragments = 0;
}

/** What could not be asked now is asked by the search that needs it. */
async function renewCeilings({ table, ceilings, onRefresh }: LanceDbState): Promise<void> {
  onRefresh(await findFailure('weigh words', () => ceilings.renew(table)));
}

/** Joins the fragments and builds in what was written; `makeMissing` then makes the lists' indexes anew. */
export async function joinFragments(state: LanceDbState): Promise<void> {
  const { table, view } = state;
  state.lacksIndexes = true;
  // Whoever wrote it could neither commit it nor roll it back.
  state.committed ??= view.committed;
  await dropListIndexes(table);
  await view.refresh(async () => {
    await table.optimize();
    await renewCeilings(state);
  });
  state.fragments = 0;
}

/**
 * Those before the latest, once the disk has that one. Reads that begin now see the latest, or what comes of
 * it here, and these stay: so only those are waited for that began before. `endOfReads`: of this process.
 */
export async function removeOldVersions(
  state: Pick<LanceDbState, 'table' | 'ceilings' | 'isShared' | 'clock' | 'flush'>,
  endOfReads: () => Promise<void>,
): Promise<void> {
  const { table, ceilings, flush } = state;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const version = await table.version();
    await flush?.(NEVER);
    const cleanupOlderThan = await findRemovable(state, version);
    await endOfReads();
    await table.optimize({ cleanupOlderThan });
    await ceilings.stay(table);
    // It joins once more what is there, and may leave a version beside the one before it.
    if ((await table.version()) === version) return;
  }
}

/**
 * What is older than this, nobody needs: not `version`, nor one that was replaced so short a while ago that
 * another process may still read it, however old it is itself.
 */
async function findRemovable(
  { table, isShared, clock }: Pick<LanceDbState, 'table' | 'isShared' | 'clock'>,
  version: number,
): Promise<Date> {
  const latestMs = isShared ? clock.now().getTime() - LONGEST_READ_MS : Number.POSITIVE_INFINITY;
  const kept = (await table.listVersions()).findLast(
    (one) => one.version <= version && one.timestamp.getTime() <= latestMs,
  );
  // LanceDB counts from its own present, some microseconds later.
  return new Date(kept === undefined ? 0 : kept.timestamp.getTime() - 1);
}

/** Makes one index that the table lacks. Resolves to whether one was lacking. */
export async function makeOneIndex(state: LanceDbState): Promise<boolean> {
  const { table, ceilings, vectorIndexRows, filterIndexRows } = state;
  const { dimensions } = state.form;
  const isLarge = (await table.countRows()) >= vectorIndexRows;
  const isVectorsMade = (await hasVectorIndex(table, dimensions)) && (await isVectorIndexWhole(table));
  if (isLarge && !isVectorsMade) {
    await createVectorIndex(table, dimensions);
    await ceilings.stay(table);
    await state.flush?.(NEVER); // it takes long: a process that is killed must not lose it
    return true;
  }
  const [column] = await findUnindexed(table, filterIndexRows);
  if (column === undefined) {
    state.lacksIndexes = false;
    return false;
  }
  await makeFilterIndex(table, column);
  await ceilings.stay(table);
  return true;
}
