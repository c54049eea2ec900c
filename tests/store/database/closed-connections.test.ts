import assert from 'node:assert/strict';
import { test } from 'node:test';
import pg from 'pg';
import { openPostgres } from '../../../src/store/database/database.ts';
import { createSqlCorpusStore } from '../../../src/store/sql-corpus-store.ts';
import { askUntil } from '../../support/awaited.ts';
import { createTestPostgres } from '../../support/postgres/databases.ts';

const options = { signal: new AbortController().signal };

test('a database that is closed keeps no connection, also where only the publish lock was taken', async () => {
  const url = await createTestPostgres();
  const warned: string[] = [];
  const listen = ({ message }: Error) => warned.push(message);
  process.on('warning', listen);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const store = createSqlCorpusStore({ database: await openPostgres({ url, max: 2 }) });
    await store.withPublishLock(async () => undefined, options);
    await store[Symbol.asyncDispose]();

    // A connection that was kept would hear that it is ended, and be warned of.
    const OTHERS = 'from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()';
    await client.query(`select pg_terminate_backend(pid) ${OTHERS}`);
    const look = async () => ((await client.query(`select ${OTHERS}`)).rowCount === 0 ? 'none' : null);
    await askUntil(look, { what: 'the end of the other connections', pauseMs: 0 });

    assert.deepEqual(warned, []);
  } finally {
    process.off('warning', listen);
    await client.end();
  }
});
