import assert from 'node:assert/strict';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { openPglite } from '../../../src/store/database/database.ts';
import { PglitePool } from '../../../src/store/database/pglite/pglite-pool.ts';
import { listOpenToOthers } from '../../support/disk/file-modes.ts';
import { copyTemplate } from '../../support/postgres/databases.ts';

/**
 * More than one segment of the write-ahead log (16 MB): PostgreSQL must make the next one, in
 * a critical section.
 */
const FILL_LOG = "insert into kept select repeat('x', 1000) from generate_series(1, 20000)";

async function makeFolder() {
  const home = await mkdtemp(join(tmpdir(), 'bio-mcp-thread-'));
  const folder = join(home, 'db');
  return { folder, [Symbol.asyncDispose]: () => rm(home, { recursive: true, force: true }) };
}

/** A database whose log has no folder any more, so that the next segment is a PANIC. */
async function openPanicking(folder: string) {
  await copyTemplate(folder);
  const reopened = Promise.withResolvers<Error>();
  const lost = Promise.withResolvers<Error>();
  const pool = new PglitePool({ folder, onReopened: reopened.resolve, onLost: lost.resolve });
  const client = await pool.connect();
  await client.query('create table kept (text text)', []);
  await client.query("insert into kept values ('committed')", []);
  const log = { from: join(folder, 'pg_wal'), to: join(folder, 'away') };
  await rename(log.from, log.to);
  return { pool, client, reopened: reopened.promise, lost: lost.promise, log };
}

describe('the thread of the embedded database', () => {
  test('is replaced after a PANIC: the transaction fails whole, what was committed is there', async () => {
    await using home = await makeFolder();
    const { pool, client, reopened, log } = await openPanicking(home.folder);
    await client.query('begin', []);
    await assert.rejects(client.query(FILL_LOG, []));
    await rename(log.to, log.from);
    // The connection stays with the thread that is gone: nothing of the transaction runs outside of it.
    await assert.rejects(client.query('rollback', []));
    await reopened;
    await assert.rejects(client.query("insert into kept values ('outside')", []));
    client.release();
    const next = await pool.connect();
    const { rows } = await next.query('select text from kept', []);
    assert.deepEqual(rows, [{ text: 'committed' }]);
    next.release();
    await pool.end();
  });

  test('that cannot be replaced is told as lost, and all that is asked fails', async () => {
    await using home = await makeFolder();
    const { pool, client, lost } = await openPanicking(home.folder);
    let isTold = false;
    void lost.then(() => {
      isTold = true;
    });
    await assert.rejects(client.query(FILL_LOG, []));
    await assert.rejects(client.query('select 1', []));
    client.release();
    // Whoever hears of this failure can know already that the database is lost.
    const again = await pool.connect();
    await assert.rejects(again.query('select 1', []));
    assert.ok(isTold);
    again.release();
    const next = await pool.connect();
    await assert.rejects(next.query('select 1', []));
    next.release();
    await pool.end();
  });
});

test('the files of the embedded database are for its user alone, whatever the umask', async () => {
  await using home = await makeFolder();
  const before = process.umask(0);
  try {
    await using database = await openPglite({ folder: home.folder });
    await database.kysely.updateTable('corpus_state').set({ sequence: 0 }).execute();
  } finally {
    process.umask(before);
  }
  assert.deepEqual(await listOpenToOthers(home.folder), []);
});
