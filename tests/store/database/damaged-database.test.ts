import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import { copyFile, mkdtemp, open, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { sql } from 'kysely';
import { CLOSED_FILES } from '../../../src/disk/closed-files.ts';
import { type Database, openPglite } from '../../../src/store/database/database.ts';
import { DamagedDatabaseError } from '../../../src/store/database/pglite/damaged-database-error.ts';
import { POSTGRES_MAJOR } from '../../../src/store/database/pglite/database-damage.ts';
import { PAGE_BYTES } from '../../../src/store/database/pglite/page-checksum.ts';
import { requireWholeDatabase } from '../../../src/store/database/pglite/require-whole-database.ts';
import { copyTemplate } from '../../support/postgres/databases.ts';

const signal = new AbortController().signal;

test('an embedded database of another major version, without its version or with a cut control file is named, and kept', async () => {
  await using copy = await openFolder();
  const path = (name: string) => join(copy.folder, name);
  const versions = [
    {
      version: '15\n',
      told: /made by another version of PostgreSQL \(15, and this release brings 18\).*reindex/,
    },
    { version: null, told: /damaged \(the file PG_VERSION is missing\).*bio-mcp reindex/ },
  ];
  for (const { version, told } of versions) {
    await rm(path('PG_VERSION'));
    if (version !== null) await writeFile(path('PG_VERSION'), version);
    await assert.rejects(openPglite(copy), { code: 'DB_UNAVAILABLE', hint: told });
  }
  await writeFile(path('PG_VERSION'), `${POSTGRES_MAJOR}\n`);
  const control = await readFile(path('global/pg_control'));
  await truncate(path('global/pg_control'), 100);
  const cut = /damaged \(could not read file "global\/pg_control".*bio-mcp reindex/;
  await assert.rejects(openPglite(copy), { code: 'DB_UNAVAILABLE', hint: cut });

  // Nothing was made in its place: with the bytes back it is what it was.
  await writeFile(path('global/pg_control'), control);
  await using database = await openPglite(copy);
  assert.equal(database.wasInterrupted, false);
  const { rows } = await sql<{ number: number }>`
    select current_setting('server_version_num')::int as number`.execute(database.kysely);
  assert.equal(Math.floor((rows[0]?.number ?? 0) / 10_000), POSTGRES_MAJOR);
});

for (const [what, text] of Object.entries({
  'of another process': '-42\n/tmp\n0\n5432\n\n\n',
  'that a power cut has emptied': '',
  'of zeros, which a power cut leaves too': '\0'.repeat(40),
})) {
  test(`a lock file of PostgreSQL's ${what} does no harm`, async () => {
    await using copy = await openFolder();
    await writeFile(join(copy.folder, 'postmaster.pid'), text);
    await using database = await openPglite(copy);
    const { rows } = await sql<{ one: number }>`select 1 as one`.execute(database.kysely);
    assert.deepEqual(rows, [{ one: 1 }]);
  });
}

test('an index of migrations that finds none of them is named at the start after a kill', async () => {
  await using copy = await openFolder();
  const killed = `${copy.folder}-killed`;
  {
    await using database = await openPglite(copy);
    const { rows } = await sql<{ path: string }>`
      select pg_relation_filepath(oid) as path from pg_class
      where relname in ('migrations_pkey', 'topics_pkey') order by relname`.execute(database.kysely);
    const [index = '', empty = ''] = rows.map(({ path }) => path);
    cpSync(copy.folder, killed, { recursive: true });
    await copyFile(join(killed, empty), join(killed, index));
  }
  const told = /damaged \(the migration 0001_corpus is applied, and is not found.*bio-mcp reindex/;
  await assert.rejects(openPglite({ folder: killed }), { constructor: DamagedDatabaseError, hint: told });
});

test('damage that shows later is named by the statement that meets it, and by reading the database through', async () => {
  await using copy = await openFolder();
  const examine = (database: Database) => requireWholeDatabase({ database, folder: copy.folder }, { signal });
  const { torn, lost } = await fillTables(copy.folder, examine);
  await tear(join(copy.folder, torn));
  await rm(join(copy.folder, lost));
  // At the next start both are found before anything is asked; after a kill nothing is written down.
  await assert.rejects(openPglite(copy), { hint: new RegExp(`damaged \\(the file ${lost} is missing\\)`) });
  await rm(join(copy.folder, CLOSED_FILES));
  await using database = await openPglite(copy);
  await assert.rejects(sql`select count(*) from torn`.execute(database.kysely), DamagedDatabaseError);
  await assert.rejects(sql`select count(*) from lost`.execute(database.kysely), {
    hint: /damaged \(could not open file "base\/5\/\d+": No such file.*bio-mcp reindex/,
  });
  await assert.rejects(examine(database), {
    hint: new RegExp(`damaged \\(invalid page in block 1 of ${torn}\\)`),
  });
  // Other statements are answered as before.
  assert.equal((await sql`select count(*) from jobs`.execute(database.kysely)).rows.length, 1);

  // PostgreSQL gives itself up here; PGlite alone would go on, on what is no longer true.
  await rm(join(copy.folder, 'pg_wal'), { recursive: true });
  await writeFile(join(copy.folder, 'pg_wal'), 'no folder');
  const told = /damaged \(could not open file "pg_wal\/\d+": Not a directory\)/;
  const failing = sql`select pg_logical_emit_message(true, 'a', repeat('b', 20000000))`;
  await assert.rejects(failing.execute(database.kysely), { hint: told });
  // It cannot be opened again either.
  await assert.rejects(sql`select 1`.execute(database.kysely), DamagedDatabaseError);
});

for (const [what, damage, told] of [
  [
    'of zeros',
    (path: string) => writeFile(path, Buffer.alloc(PAGE_BYTES)),
    /damaged \(index "numbers" .*zero page/,
  ],
  [
    'that is older than its table',
    (path: string) => copyFile(`${path}.old`, path),
    /damaged \(heap tuple .*"numbers"/,
  ],
] as const) {
  test(`an index ${what}, whose pages all have their checksums, is found by reading the database through`, async () => {
    await using copy = await openFolder();
    await damage(join(copy.folder, await fillIndex(copy.folder)));
    await rm(join(copy.folder, CLOSED_FILES));
    await using database = await openPglite(copy);
    const reading = requireWholeDatabase({ database, folder: copy.folder }, { signal });
    await assert.rejects(reading, { constructor: DamagedDatabaseError, hint: told });
  });
}

/** An index of one page and its root, kept as it was before the last rows came; resolves to its file. */
async function fillIndex(folder: string): Promise<string> {
  await using database = await openPglite({ folder });
  const { kysely } = database;
  await sql`create table numbered as select n from generate_series(1, 100) as n`.execute(kysely);
  await sql`create index numbers on numbered (n)`.execute(kysely);
  await sql`checkpoint`.execute(kysely);
  const { rows } = await sql<{ path: string }>`select pg_relation_filepath('numbers') as path`.execute(
    kysely,
  );
  const path = rows[0]?.path ?? assert.fail();
  await copyFile(join(folder, path), join(folder, `${path}.old`));
  await sql`insert into numbered select n from generate_series(101, 150) as n`.execute(kysely);
  return path;
}

/** Makes two tables of several pages, and resolves to their files. */
async function fillTables(folder: string, examine: (database: Database) => Promise<void>) {
  await using database = await openPglite({ folder });
  for (const name of ['torn', 'lost'])
    await sql`create table ${sql.table(name)} as select repeat('x', 100) as text from generate_series(1, 500)`.execute(
      database.kysely,
    );
  await examine(database);
  const { rows } = await sql<{ torn: string; lost: string }>`
    select pg_relation_filepath('torn') as torn, pg_relation_filepath('lost') as lost`.execute(
    database.kysely,
  );
  return rows[0] ?? assert.fail();
}

/** The second half of the second page never reached the disk. */
async function tear(path: string): Promise<void> {
  await using file = await open(path, 'r+');
  await file.write(Buffer.alloc(PAGE_BYTES / 2), 0, PAGE_BYTES / 2, PAGE_BYTES * 1.5);
}

async function openFolder() {
  const work = await mkdtemp(join(tmpdir(), 'bio-mcp-damaged-'));
  const folder = join(work, 'db');
  await copyTemplate(folder);
  return { folder, [Symbol.asyncDispose]: () => rm(work, { recursive: true }) };
}
