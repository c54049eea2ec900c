import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Kysely, sql } from 'kysely';
import pg from 'pg';
import { migrateDatabase, openPostgres } from '../../../src/store/database/database.ts';
import type { Schema } from '../../../src/store/schema.ts';
import { createSqlCorpusStore } from '../../../src/store/sql-corpus-store.ts';
import { createTestPostgres } from '../../support/postgres/databases.ts';

/** As an operator gives them to a role or a database, for other programs on it. */
const THEIRS = {
  search_path: 'elsewhere, nowhere',
  datestyle: 'German, DMY',
  intervalstyle: 'sql_standard',
  timezone: 'Pacific/Kiritimati',
  default_transaction_isolation: 'serializable',
  lock_timeout: '7s',
  statement_timeout: '30s',
  idle_in_transaction_session_timeout: '7s',
  idle_session_timeout: '7s',
};
const OURS = {
  search_path: 'public',
  datestyle: 'ISO, MDY',
  intervalstyle: 'postgres',
  timezone: 'UTC',
  default_transaction_isolation: 'read committed',
  lock_timeout: '0',
  idle_session_timeout: '0',
};

test('what a database gives its sessions otherwise does not reach ours, before and after the publish lock', async ({
  signal,
}) => {
  const url = await createTestPostgres({ isMigrated: false });
  await change(url, THEIRS);
  await using database = await openPostgres({ url, max: 1 });
  assert.ok((await migrateDatabase(database)).length > 0);
  await using store = createSqlCorpusStore({ database });
  await store.withPublishLock(async () => undefined, { signal });

  const ofCallers = { statement_timeout: '1min', idle_in_transaction_session_timeout: '45s' };
  assert.deepEqual(await read(database.kysely), { ...OURS, ...ofCallers });
  const ofPatient = { statement_timeout: '0', idle_in_transaction_session_timeout: '0' };
  assert.deepEqual(await read(database.patient), { ...OURS, ...ofPatient });
  // Whoever looked at another schema gives back a session that looks at the tables in use.
  await sql`select 1`.execute(database.inSchema('corpus_rebuild').kysely);
  assert.deepEqual(await read(database.patient), { ...OURS, ...ofPatient });
});

test('a limit on transactions that only newer servers have does not reach our sessions', async () => {
  const url = await createTestPostgres({ isMigrated: false });
  await change(url, { transaction_timeout: '7s' });
  await using database = await openPostgres({ url, max: 1 });
  const { rows } = await sql`select current_setting('transaction_timeout') as is`.execute(database.kysely);
  assert.deepEqual(rows, [{ is: '0' }]);
});

async function change(url: string, settings: Readonly<Record<string, string>>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const name = new URL(url).pathname.slice(1);
  for (const [setting, value] of Object.entries(settings)) {
    const values = value.split(', ').map((one) => `'${one}'`);
    await client.query(`alter database "${name}" set ${setting} = ${values.join(', ')}`);
  }
  await client.end();
}

async function read(kysely: Kysely<Schema>): Promise<Record<string, string>> {
  const names = Object.keys({ ...OURS, ...THEIRS });
  const { rows } = await sql<{ name: string; is: string }>`
    select name, current_setting(name) as is from unnest(${names}::text[]) as name`.execute(kysely);
  return Object.fromEntries(rows.map(({ name, is }) => [name, is]));
}
