import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { sql } from 'kysely';
import pg from 'pg';
import { BehindHeadError } from '../../src/errors/behind-head-error.ts';
import { BioMcpError } from '../../src/errors/bio-mcp-error.ts';
import { migrateDatabase, openPostgres } from '../../src/store/database/database.ts';
import { toPostgresRemedy } from '../../src/store/database/server/postgres-refusals.ts';
import { createTestPostgres } from '../support/postgres/databases.ts';

/** The newest one that changes a table, and what takes it back. */
const LAST = '0018_cited_by';
const LAST_UNDONE = `
  delete from migrations where name = '${LAST}';
  drop table cited_by;
  alter table revisions drop column cited_count`;

/** What the tests before the last one were told. */
const said = new Set<string>();

async function refuse(migrating: Promise<unknown>): Promise<string> {
  const error = await migrating.then(
    () => assert.fail('it was applied'),
    (failure: unknown) => failure,
  );
  assert.ok(error instanceof BioMcpError && error.code === 'DB_UNAVAILABLE', String(error));
  said.add(error.hint);
  return error.hint;
}

test('a migration that the database refuses is named, and nothing of it stays', async () => {
  await using database = await openPostgres({ url: await createTestPostgres({ isMigrated: false }), max: 2 });
  await sql.raw('create table jobs (id integer)').execute(database.kysely);
  assert.equal(
    await refuse(migrateDatabase(database)),
    'The database refused the migration 0005_jobs (relation "jobs" already exists). It changed nothing; those before it hold, and the release that runs goes on. Correct what it names, and run `bio-mcp migrate` again.',
  );
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

test('tables where the search path of a role or a database leads are named, and no empty ones take their place', async () => {
  const url = await createTestPostgres();
  const name = new URL(url).pathname.slice(1);
  const work = async (...statements: string[]) => {
    await using database = await openPostgres({ url, max: 1 });
    for (const statement of statements) await sql.raw(statement).execute(database.kysely);
  };
  await work(
    `insert into topics (term_hash, term) values ('${'0'.repeat(64)}', 'sleep')`,
    'create schema corpus',
    toMove('public', 'corpus'),
    `alter database "${name}" set search_path = "$user", corpus, public`,
  );
  {
    await using database = await openPostgres({ url, max: 1 });
    assert.match(
      await refuse(migrateDatabase(database)),
      /lie in the schema corpus, .* schema public: move each/,
    );
  }
  await work(toMove('corpus', 'public'));
  await using database = await openPostgres({ url, max: 1 });
  assert.deepEqual(await migrateDatabase(database), []);
  const { rows } = await sql`select term from topics`.execute(database.kysely);
  assert.deepEqual(rows, [{ term: 'sleep' }]);
});

/** As the runbook tells. */
function toMove(from: string, to: string): string {
  return `do $$ declare name text; begin
    for name in select tablename from pg_tables where schemaname = '${from}'
    loop execute format('alter table ${from}.%I set schema ${to}', name); end loop; end $$`;
}

describe('a migration of a table that somebody uses', () => {
  /** A reader in a transaction that stays open, as a backup's; and the database at one migration less. */
  async function openUsed() {
    const url = await createTestPostgres();
    const database = await openPostgres({ url, max: 2 });
    await sql.raw(LAST_UNDONE).execute(database.kysely);
    const reader = new pg.Client({ connectionString: url, application_name: 'pg_dump' });
    await reader.connect();
    await reader.query('begin');
    await reader.query('select count(*) from revisions');
    const { rows } = await reader.query<{ pid: number }>('select pg_backend_pid() as pid');
    return { database, reader, pid: rows[0]?.pid };
  }

  test('lets readers pass between its tries, and is applied once the table is free', async () => {
    const { database, reader } = await openUsed();
    await using _ = database;
    let reads = 0;
    const pause = async () => {
      await sql`select count(*) from revisions`.execute(database.kysely);
      reads++;
      if (reads === 2) await reader.end();
    };
    assert.deepEqual(await migrateDatabase(database, { waitMs: 10, pause }), [LAST]);
    assert.equal(reads, 2);
  });

  test('gives up in the end, names who uses it, and has changed nothing', async () => {
    const { database, reader, pid } = await openUsed();
    await using _ = database;
    const told: string[] = [];
    const onWait = (sentence: string) => void told.push(sentence);
    const impatient = { waitMs: 10, tries: 3, pause: async () => undefined, onWait };
    const hint = await refuse(migrateDatabase(database, impatient));
    assert.match(hint, new RegExp(`^The session ${pid} \\(pg_dump, of the user postgres, since \\d\\d:`));
    assert.match(hint, new RegExp(`uses a table that the migration ${LAST} changes`));
    assert.equal(told.length, 1);
    assert.match(told[0] ?? '', new RegExp(`^The session ${pid} .*two minutes in all`));
    await reader.end();
    assert.deepEqual(await migrateDatabase(database), [LAST]);
  });
});

test('the runbook has a remedy for each way in which it refuses', async () => {
  said.add(new BehindHeadError({ missing: [], later: ['9999_later'] }).hint);
  said.add(String(toPostgresRemedy(Object.assign(new Error('permission denied'), { code: '42501' }))));
  const page = await readFile(new URL('../../docs/runbooks/not-ready.md', import.meta.url), 'utf8');
  const told = [...page.matchAll(/^\* \*(.+?)\*:/gm)].map(([, words = '']) => words.split(/ ?… ?/));
  assert.equal(told.length, 5);
  for (const words of told) {
    const one = [...said].filter((sentence) => words.every((part) => sentence.includes(part)));
    assert.equal(one.length, 1, `${words.join(' … ')} is said ${one.length} times`);
  }
});
