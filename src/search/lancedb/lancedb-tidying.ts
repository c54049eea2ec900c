import { NEVER } from '../../domain/call-options.ts';
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
  const { table, view, ceilings, isShared } = state;
  const keptMs = isShared ? LONGEST_READ_MS : LONGEST_OWN_READ_MS;
  const cleanupOlderThan = new Date(view.refreshedAtMs - keptMs);
  await state.flush?.(NEVER); // the version before this one is not old enough to go
  await view.refresh(async () => {
    // Made anew at the end of the load: until then each refresh would pay for it.
    state.lacksIndexes = true;
    await dropListIndexes(table);
    await table.optimize({ cleanupOlderThan });
    await ceilings.renew(table);
  });
  state.fragments = 0;
}

/** Joins the fragments and builds in what was written; `makeMissing` then makes the lists' indexes anew. */
export async function joinFragments(state: LanceDbState): Promise<void> {
  const { table, view, ceilings } = state;
  state.lacksIndexes = true;
  await dropListIndexes(table);
  await view.refresh(async () => {
    await table.optimize();
    await ceilings.renew(table);
  });
  state.fragments = 0;
}

/**
 * Those before the latest, once the disk has that one. `withoutReads` runs work while no read of this process
 * is under way.
 */
export async function removeOldVersions(
  state: LanceDbState,
  withoutReads: (work: () => Promise<void>) => Promise<void>,
): Promise<void> {
  const { table, ceilings } = state;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const version = await table.version();
    const cleanupOlderThan = await findRemovable(state, version);
    await withoutReads(async () => void (await table.optimize({ cleanupOlderThan })));
    await ceilings.stay(table);
    // It joins once more what is there, and may leave a version that the disk does not have yet.
    if (state.flush === null || (await table.version()) === version) return;
  }
}

/** What is older than this, nobody needs. */
async function findRemovable(
  { table, isShared, clock, flush }: LanceDbState,
  version: number,
): Promise<Date> {
  const before = clock.now().getTime() - (isShared ? LONGEST_READ_MS : 0);
  if (flush === null) return new Date(before);
  await flush(NEVER);
  const flushed = (await table.listVersions()).find((one) => one.version === version);
  return flushed?.timestamp ?? new Date(0);
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
