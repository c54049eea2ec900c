import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { BehindHeadError } from '../../src/errors/behind-head-error.ts';
import { openPostgres } from '../../src/store/database/database.ts';
import { createSqlCorpusStore } from '../../src/store/sql-corpus-store.ts';
import { createTestPostgres } from '../support/postgres/databases.ts';
import { archived, commitHeld, options, revision } from './sample-batches.ts';

test('whoever has the publish lock while a later release migrates commits nothing more', async () => {
  await using database = await openPostgres({ url: await createTestPostgres(), max: 2 });
  await using store = createSqlCorpusStore({ database });
  const commit = (number: number) =>
    commitHeld(store, { archived: [archived(number, 'a')], revisions: [revision(number, 'a')] });

  await store.withPublishLock(async () => {
    const last = await commit(1);
    await sql`insert into migrations (name, compatible) values ('9998_later', true)`.execute(database.kysely);
    assert.equal(await commit(2), last + 1, 'one that it can work with');
    await sql`insert into migrations (name, compatible) values ('9999_later', false)`.execute(
      database.kysely,
    );
    await assert.rejects(commit(3), (error) => error instanceof BehindHeadError && /9999/.test(error.hint));
    assert.equal(await store.getSequence(options), last + 1);
  }, options);
});
