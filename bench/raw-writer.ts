import { setTimeout } from 'node:timers/promises';
import { connect, type Table } from '@lancedb/lancedb';
import { findUnindexed, makeFilterIndex } from '../src/search/lancedb/lancedb-filter-indexes.ts';
import { REFRESH_SHARE, SHOWN_UNINDEXED_ROWS } from '../src/search/lancedb/lancedb-view.ts';

export interface RawWriting {
  /** An index that holds what is to be written, and tells in which batches. */
  source: string;
  folder: string;
  /** Which of its rows are written. */
  where: string;
  /** The batches come evenly over this time. */
  seconds: number;
}

/** Hears of each version whose indexes hold all rows. */
export type OnVersion = (version: number) => unknown;

/** Reads the batches; the function that it resolves to writes them as a load does. */
export async function prepareRaw(table: Table, { source, where, seconds }: RawWriting) {
  const batches = await readBatches(source, where);
  return async (onVersion: OnVersion): Promise<void> => {
    let unindexed = 0;
    let dueAt = 0;
    const optimize = async () => {
      const startedAt = performance.now();
      await table.optimize();
      unindexed = 0;
      dueAt = performance.now() + (performance.now() - startedAt) * (REFRESH_SHARE - 1);
      await onVersion(await table.version());
    };
    const startedAt = performance.now();
    for (const [at, rows] of batches.entries()) {
      const early = startedAt + (at * seconds * 1_000) / batches.length - performance.now();
      if (early > 0) await setTimeout(early);
      if (unindexed > SHOWN_UNINDEXED_ROWS && performance.now() >= dueAt) await optimize();
      await table.add(rows);
      unindexed += rows.numRows;
    }
    await optimize();
    const latest = (await table.listVersions()).at(-1);
    if (latest !== undefined) await table.optimize({ cleanupOlderThan: latest.timestamp });
    for (const column of await findUnindexed(table, 0)) await makeFilterIndex(table, column);
  };
}

async function readBatches(source: string, where: string) {
  const database = await connect(source);
  const table = await database.openTable('chunks');
  const numbers = await table.query().select(['entered_seq']).where(where).toArrow();
  const sequences = new Set<number>(numbers.getChild('entered_seq')?.toArray());
  const batches = [];
  for (const sequence of [...sequences].sort((one, other) => one - other)) {
    batches.push(await table.query().where(`${where} AND entered_seq = ${sequence}`).toArrow());
  }
  database.close();
  return batches;
}
