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
  const cleanupOlderThan = new Date(view.refreshedAtMs - keptMs);
  await view.refresh(async () => {
    // Made anew at the end of the load: until then each refresh would pay for it.
    state.lacksIndexes = true;
    await dropListIndexes(table);
    await table.optimize({ cleanupOlderThan });
  });
  state.fragments = 0;
}

/** Joins the fragments and builds in what was written; `makeMissing` then makes the lists' indexes anew. */
export async function joinFragments(state: LanceDbState): Promise<void> {
  const { table, view } = state;
  state.lacksIndexes = true;
  await dropListIndexes(table);
  await view.refresh(() => table.optimize());
  state.fragments = 0;
}

/** Those before the latest. No read of this process may be under way. */
export async function removeOldVersions({ table, isShared, clock }: LanceDbState): Promise<void> {
  const keptMs = isShared ? LONGEST_READ_MS : 0;
  await table.optimize({ cleanupOlderThan: new Date(clock.now().getTime() - keptMs) });
}

/** Makes one index that the table lacks. Resolves to whether one was lacking. */
export async function makeOneIndex(state: LanceDbState): Promise<boolean> {
  const { table, vectorIndexRows, filterIndexRows } = state;
  const { dimensions } = state.form;
  const isLarge = (await table.countRows()) >= vectorIndexRows;
  const isVectorsMade = (await hasVectorIndex(table, dimensions)) && (await isVectorIndexWhole(table));
  if (isLarge && !isVectorsMade) {
    await createVectorIndex(table, dimensions);
    return true;
  }
  const [column] = await findUnindexed(table, filterIndexRows);
  if (column === undefined) {
    state.lacksIndexes = false;
    return false;
  }
  await makeFilterIndex(table, column);
  return true;
}
