import type { Table } from '@lancedb/lancedb';
import type { Pmid } from '../../domain/ids.ts';
import { requireNumbers } from '../require-numbers.ts';
import type { EndedChunks, IndexBatch } from '../search-index.ts';
import { findFailure } from './lancedb-errors.ts';
import { toRemovableSql, toSqlInt } from './lancedb-filter.ts';
import { LIVE, type TableForm, toRows } from './lancedb-rows.ts';
import { ENDED, type LanceDbState, mayHaveEnded } from './lancedb-state.ts';
import { refresh } from './lancedb-tidying.ts';

/** Throws `TypeError` where the vectors are not those of the chunks. */
export function requireFitting(batch: IndexBatch, { dimensions }: TableForm): void {
  const { chunks, vectors } = batch;
  if (vectors.length !== chunks.length * dimensions) {
    throw new TypeError(
      `${chunks.length} chunks of ${dimensions} dimensions do not have ${vectors.length} numbers`,
    );
  }
  requireNumbers(batch, dimensions);
}

export async function writeBatch(state: LanceDbState, batch: IndexBatch): Promise<void> {
  const { table, view, form, isShared } = state;
  const { sequence, chunks, superseded, left, awaitsCommit = false } = batch;
  if (view.isFollowing && view.isRefreshDue) await refresh(state);
  // A document that is replaced is a row that is written, too.
  await view.expect(chunks.length + superseded.length, { awaitsCommit, sequence });
  // A crash may have left a part of this very batch.
  if (isShared || sequence <= state.last) await table.delete(`entered_seq = ${toSqlInt(sequence)}`);
  if (superseded.length > 0) {
    // Set first: a search that runs meanwhile must not take the ended rows for live ones.
    state.hasEnded = true;
    await endBefore(table, superseded, sequence);
  }
  // The same: set before any such row can be found.
  if (left !== undefined && left.size > 0) state.hasEnded = true;
  if (chunks.length > 0) await table.add(await toRows(batch, form));
  state.fragments += 1;
  state.last = Math.max(state.last, sequence);
  view.wrote(sequence);
}

/**
 * Where batches follow one another, the next one begins by bringing this one in. The batch has its commit:
 * where it cannot be brought in it is found all the same, more slowly.
 */
export async function showWritten(state: LanceDbState): Promise<void> {
  const { view, onRefresh } = state;
  view.show();
  if (view.hasFollowed || !view.isRefreshDue) return;
  const failure = await findFailure('bring in what was written', () => refresh(state));
  if (failure !== null) onRefresh(failure);
}

async function endBefore(table: Table, pmids: readonly Pmid[], sequence: number): Promise<void> {
  const among = pmids.map((pmid) => toSqlInt(Number(pmid))).join(', ');
  await table.update({
    where: `pmid IN (${among}) AND left_seq = ${LIVE} AND entered_seq < ${toSqlInt(sequence)}`,
    valuesSql: { left_seq: toSqlInt(sequence) },
  });
}

export async function rollBack(state: LanceDbState, sequence: number): Promise<void> {
  const { table, view } = state;
  const above = toSqlInt(sequence);
  await table.delete(`entered_seq > ${above}`);
  if (mayHaveEnded(state)) {
    await table.update({
      where: `left_seq > ${above} AND ${ENDED}`,
      valuesSql: { left_seq: String(LIVE) },
    });
    state.hasEnded = (await table.countRows(ENDED)) > 0;
  }
  state.last = Math.min(state.last, sequence);
  state.committed = null;
  view.rolledBackTo(sequence);
}

export async function removeEndedRows(state: LanceDbState, ended: EndedChunks): Promise<void> {
  if (!mayHaveEnded(state)) return;
  await state.table.delete(toRemovableSql(ended));
  state.hasEnded = (await state.table.countRows(ENDED)) > 0;
}
