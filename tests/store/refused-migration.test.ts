import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { migrateDatabase, openPostgres } from '../../src/store/database/database.ts';
import { createTestPostgres } from '../support/databases.ts';

test('a migration that the database refuses is named, and nothing of it stays', async () => {
  await using database = await openPostgres({ url: await createTestPostgres({ isMigrated: false }), max: 2 });
  await sql.raw('create table jobs (id integer)').execute(database.kysely);
  await assert.rejects(migrateDatabase(database), {
    code: 'DB_UNAVAILABLE',
    message:
      'The database refused the migration 0005_jobs (relation "jobs" already exists). It changed nothing; those before it hold, and the release that runs goes on. Correct what it names, and run `bio-mcp migrate` again.',
  });
  const { rows } = await sql<{ name: string }>`select name from migrations order by name`.execute(
    database.kysely,
  );
  assert.deepEqual(
    rows.map(({ name }) => name),
    ['0001_corpus', '0002_bulk_files', '0003_live', '0004_checkpoints'],
  );

  await sql.raw('drop table jobs').execute(database.kysely);
  assert.equal((await migrateDatabase(database))[0], '0005_jobs');
});
