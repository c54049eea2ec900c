import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { migrateDatabase, openPglite, openPostgres } from '../../../src/store/database/database.ts';
import { findMigrationGap, listMigrations, migrate } from '../../../src/store/migrate.ts';
import { createSqlCorpusStore } from '../../../src/store/sql-corpus-store.ts';
import { createTestPostgres, testDatabases } from '../../support/postgres/databases.ts';
import { endLockSession } from '../../support/postgres/lock-session.ts';
import { startTestServer } from '../../support/postgres/postgres-server.ts';
import { collect, commitDocument, options, pmid } from '../sample-batches.ts';

describe('migrations', () => {
  for (const { name, open } of testDatabases) {
    test(`applied twice on ${name}, they change nothing`, async () => {
      await using database = await open();
      await migrate(database.kysely);
      assert.equal(await findMigrationGap(database.kysely, options), null);
      const rows = await database.kysely.selectFrom('migrations').select('name').orderBy('name').execute();
      assert.deepEqual(
        rows.map((row) => row.name),
        (await listMigrations()).map((one) => one.name),
      );
    });
  }

  test('from several connections at once, each is applied once', async () => {
    const url = await createTestPostgres({ isMigrated: false });
    const databases = await Promise.all(Array.from({ length: 6 }, () => openPostgres({ url, max: 2 })));
    const [first] = databases;
    assert.ok(first !== undefined);
    const names = (await listMigrations()).map(({ name }) => name);
    assert.deepEqual(await findMigrationGap(first.kysely, options), { missing: names, later: [] });
    const applied = await Promise.all(databases.map((database) => migrateDatabase(database)));
    assert.deepEqual(applied.flat().sort(), names);
    assert.equal(await findMigrationGap(first.kysely, options), null);
    const rows = await first.kysely.selectFrom('migrations').selectAll().execute();
    assert.equal(rows.length, names.length);
    assert.equal((await first.kysely.selectFrom('corpus_state').selectAll().execute()).length, 1);
    for (const database of databases) await database[Symbol.asyncDispose]();
  });

  test('a database of the time when numbers were shared keeps the names that its migrations had', async () => {
    await using database = await openPostgres({ url: await createTestPostgres(), max: 1 });
    const earlier = {
      '0003_live': '0002_live',
      '0005_jobs': '0003_jobs',
      '0011_ended_jobs': '0007_ended_jobs',
    };
    for (const [name, formerName] of Object.entries(earlier)) {
      const renamed = await database.kysely
        .updateTable('migrations')
        .set({ name: formerName })
        .where('name', '=', name)
        .executeTakeFirst();
      assert.equal(renamed.numUpdatedRows, 1n);
    }
    assert.equal(await findMigrationGap(database.kysely, options), null);
    assert.deepEqual(await migrate(database.kysely), []);
  });

  test('each migration has a number of its own', async () => {
    const numbers = (await listMigrations()).map(({ name }) => Number(name.slice(0, 4)));
    assert.deepEqual(
      numbers,
      numbers.map((_, at) => at + 1),
    );
  });

  test("a later release's migration keeps this one right only where it says so", async () => {
    await using database = await openPostgres({ url: await createTestPostgres(), max: 1 });
    const insert = (name: string, compatible: boolean) =>
      database.kysely.insertInto('migrations').values({ name, compatible }).execute();
    await insert('9998_later', true);
    assert.equal(await findMigrationGap(database.kysely, options), null);
    await insert('9999_breaking', false);
    const gap = { missing: [], later: ['9999_breaking'] };
    assert.deepEqual(await findMigrationGap(database.kysely, options), gap);
    await assert.rejects(migrateDatabase(database), {
      code: 'DB_UNAVAILABLE',
      message:
        'A later release has migrated the database (9999_breaking), and this one cannot work with it: start that release, or a later one.',
    });
  });
});

describe('a database that fails', () => {
  test('a server that is gone is DB_UNAVAILABLE from every kind of method', async () => {
    const server = await startTestServer();
    const url = await server.createDatabase();
    await using store = createSqlCorpusStore({ database: await openPostgres({ url, max: 2 }) });
    await commitDocument(store, 1, 'a');
    await server[Symbol.asyncDispose]();
    const unavailable = { code: 'DB_UNAVAILABLE', hint: 'The database did not answer; try again later.' };
    await assert.rejects(store.ping(options), unavailable);
    await assert.rejects(commitDocument(store, 2, 'b'), unavailable);
    await assert.rejects(store.findDocument(pmid(1), options), unavailable);
    await assert.rejects(collect(store.listArchived(options)), unavailable);
    await assert.rejects(migrateDatabase(await openPostgres({ url })), unavailable);
  });

  test("a failure inside the publish lock is the caller's own", async () => {
    for (const { open } of testDatabases) {
      await using store = createSqlCorpusStore({ database: await open() });
      const mine = new Error('mine');
      await assert.rejects(
        store.withPublishLock(() => Promise.reject(mine), options),
        mine,
      );
      assert.equal(await store.withPublishLock(async () => 'next', options), 'next');
    }
  });

  test('a folder that holds no database is DB_UNAVAILABLE', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'bio-mcp-pglite-'));
    await writeFile(join(folder, 'PG_VERSION'), 'nonsense');
    await assert.rejects(openPglite({ folder }), { code: 'DB_UNAVAILABLE' });
    await rm(folder, { recursive: true });
  });

  test('text that PostgreSQL cannot hold fails the whole batch, and nothing of it stays', async () => {
    for (const { open } of testDatabases) {
      await using store = createSqlCorpusStore({ database: await open() });
      await assert.rejects(commitDocument(store, 1, 'a', { journal: 'a\0b' }), { code: 'DB_UNAVAILABLE' });
      assert.equal(await store.getSequence(options), 0);
      assert.deepEqual(await collect(store.listArchived(options)), []);
      assert.equal(await commitDocument(store, 1, 'a'), 1);
    }
  });
});

describe('the publish lock', () => {
  test('lets one at a time in, over two stores on one database', async () => {
    const url = await createTestPostgres();
    await using one = createSqlCorpusStore({ database: await openPostgres({ url, max: 3 }) });
    await using two = createSqlCorpusStore({ database: await openPostgres({ url, max: 3 }) });
    let inside = 0;
    let most = 0;
    const work = async () => {
      most = Math.max(most, ++inside);
      await one.ping(options);
      await two.ping(options);
      inside -= 1;
    };
    const turns = Array.from({ length: 10 }, (_, at) =>
      (at % 2 === 0 ? one : two).withPublishLock(work, options),
    );
    await Promise.all(turns);
    assert.equal(most, 1);
  });

  test('gives numbers in commit order without a gap, whoever commits', async () => {
    const url = await createTestPostgres();
    await using one = createSqlCorpusStore({ database: await openPostgres({ url, max: 3 }) });
    await using two = createSqlCorpusStore({ database: await openPostgres({ url, max: 3 }) });
    const commits = Array.from({ length: 10 }, (_, at) =>
      commitDocument(at % 2 === 0 ? one : two, at + 1, `p${at}`),
    );
    const numbers = (await Promise.all(commits)).sort((a, b) => a - b);
    assert.deepEqual(numbers, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  test('is free again when the session that held it is killed', async () => {
    const url = await createTestPostgres();
    await using admin = await openPostgres({ url, max: 1 });
    await using one = createSqlCorpusStore({ database: await openPostgres({ url, max: 2 }) });
    await using two = createSqlCorpusStore({ database: await openPostgres({ url, max: 2 }) });
    const result = await one.withPublishLock(async () => {
      await endLockSession(admin.kysely);
      return two.withPublishLock(async () => 'two', options);
    }, options);
    assert.equal(result, 'two');
  });

  test('a caller that gave up before its turn does no work', async () => {
    await using store = createSqlCorpusStore({ database: await (testDatabases[0]?.open() ?? assert.fail()) });
    let worked = false;
    const work = async () => {
      worked = true;
    };
    await assert.rejects(store.withPublishLock(work, { signal: AbortSignal.abort() }), {
      name: 'AbortError',
    });
    assert.equal(worked, false);
  });
});

test('an announcement of the same batch twice is refused', async () => {
  await using store = createSqlCorpusStore({
    database: await openPostgres({ url: await createTestPostgres(), max: 1 }),
  });
  const batch = { batchId: randomUUID(), pmids: [pmid(1)] };
  await store.announce(batch, options);
  await assert.rejects(store.announce(batch, options), { code: 'DB_UNAVAILABLE' });
});
