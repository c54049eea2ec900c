import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { connect, type Table } from '@lancedb/lancedb';
import { systemClock } from '../../src/domain/clock.ts';
import { LanceDbCeilings } from '../../src/search/lancedb/lancedb-ceilings.ts';
import { openLanceDbIndex } from '../../src/search/lancedb/lancedb-index.ts';
import { removeOldVersions } from '../../src/search/lancedb/lancedb-tidying.ts';
import { LanceDbTurns } from '../../src/search/lancedb/lancedb-turns.ts';
import { DIMENSIONS, toBatch } from './index-samples.ts';
import { makeFolder } from './lancedb-folder.ts';

describe('old versions of a table of LanceDB', () => {
  test('go once those who read them have ended, and what a read that begins meanwhile sees stays', async () => {
    await using opened = await openTable();
    const { table, readIn, state } = opened;
    const old = await listReplaced(table);
    const seen: number[] = [];
    await removeOldVersions({ ...state, isShared: false }, async () => {
      if (seen.length === 0) for (const version of old) assert.ok((await readIn(version)) > 0);
      // In the second round this is what reads of the first one have seen.
      for (const version of seen) assert.equal(await readIn(version), ROWS);
      seen.push(await table.version());
    });

    assert.ok(seen.length > 1, 'it joined rows, and so made a version');
    for (const version of [...old, ...seen.slice(0, -1)]) {
      await assert.rejects(readIn(version), /not found/i, `version ${version}`);
    }
    assert.equal(await readIn(await table.version()), ROWS);
  });

  test('stay for a while where another process may read them', async () => {
    await using opened = await openTable();
    const { table, readIn, state } = opened;
    const old = await listReplaced(table);
    await removeOldVersions({ ...state, isShared: true }, async () => {});
    for (const version of old) assert.ok((await readIn(version)) > 0);
  });

  test('stay as long where another process may read one that is old, and was replaced a moment ago', async () => {
    await using opened = await openTable();
    const { table, readIn, state } = opened;
    const versions = await table.listVersions();
    const replaced = versions.findLast(
      ({ timestamp }, at) => Number(versions[at + 1]?.timestamp) > timestamp.getTime() + 1,
    );
    assert.ok(replaced);
    const clock = { now: () => new Date(replaced.timestamp.getTime() + 1 + 10 * 60_000) };
    await removeOldVersions({ ...state, clock, isShared: true }, async () => {});
    assert.ok((await readIn(replaced.version)) > 0);
  });

  test('are waited for by no search', async ({ signal }) => {
    const turns = new LanceDbTurns();
    const { promise, resolve } = Promise.withResolvers<void>();
    const before = turns.read('search', signal, () => promise);
    let isPruned = false;
    const pruned = turns.write('optimize', signal, async () => {
      await turns.endOfReads();
      isPruned = true;
    });
    await setImmediate();
    assert.equal(await turns.read('search', signal, async () => 'answer'), 'answer');
    assert.equal(isPruned, false);
    resolve();
    await Promise.all([before, pruned]);
    assert.equal(isPruned, true);
  });
});

const ROWS = 30;

/** The three versions before the latest. */
async function listReplaced(table: Table): Promise<number[]> {
  return (await table.listVersions()).map(({ version }) => version).slice(-4, -1);
}

/** A table of many fragments. */
async function openTable() {
  const folder = await makeFolder();
  {
    await using index = await openLanceDbIndex({ folder: folder.path, dimensions: DIMENSIONS });
    for (let at = 1; at <= ROWS; at++) {
      await index.write(toBatch(at, [{ pmid: at, text: 'heart' }]), { signal: AbortSignal.timeout(60_000) });
    }
  }
  const database = await connect(folder.path);
  const table = await database.openTable('chunks');
  const ceilings = new LanceDbCeilings({ column: 'words', isShared: false });
  return {
    table,
    state: { table, ceilings, clock: systemClock, flush: async () => {} },
    /** How many rows are read of `version`, all of them from the disk. */
    async readIn(version: number): Promise<number> {
      const other: Table = await (await connect(folder.path)).openTable('chunks');
      await other.checkout(version);
      return (await other.query().toArray()).length;
    },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}
