import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { createSqlCorpusRebuild } from '../../src/store/rebuild/sql-corpus-rebuild.ts';
import { createSqlCorpusStore } from '../../src/store/sql-corpus-store.ts';
import { testPostgres } from '../support/postgres/databases.ts';
import { options } from './sample-batches.ts';

/** Counting when millions of records came takes minutes. */
test('the last step of a rebuild on PostgreSQL may take its time; only silence in it ends it', async () => {
  const database = await testPostgres.open(); // closed with the store
  await using store = createSqlCorpusStore({ database });
  await sql`create table seen (statement_limit text, silence_limit text)`.execute(database.kysely);
  await sql`
    create function look() returns trigger language plpgsql as $$ begin
      insert into seen values (current_setting('statement_timeout'), current_setting('idle_in_transaction_session_timeout'));
      return null;
    end $$`.execute(database.kysely);
  await sql`create trigger looking after insert on corpus_growth execute function look()`.execute(
    database.kysely,
  );
  const rebuild = createSqlCorpusRebuild({ database, archiveRoot: 'file:///archive/', prefix: 'pubmed' });
  await rebuild.begin(options);
  await store.withPublishLock(() => rebuild.swap(options), options);
  const { rows } = await sql`select * from seen`.execute(database.kysely);
  assert.deepEqual(rows, [{ statement_limit: '0', silence_limit: '45s' }]);
});
