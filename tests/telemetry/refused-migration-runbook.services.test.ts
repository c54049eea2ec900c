import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sql } from 'kysely';
import { openPostgres } from '../../src/store/database/database.ts';
import { makeTestHome } from '../support/corpus/test-corpus.ts';
import { createTestPostgres } from '../support/postgres/databases.ts';
import { runCommand } from '../support/processes/run-command.ts';
import { openEngineer, whyNoPrograms } from '../support/telemetry/follow-runbook.ts';

const PAGE = 'not-ready';
/** The newest one that changes a table, taken back. */
const UNDONE = [
  `delete from migrations where name = '0018_cited_by'`,
  'drop table cited_by',
  'alter table revisions drop column cited_count',
];

/** A database that lacks one migration, and is as the statements leave it. */
async function openRefusing({ statements, user }: { statements: readonly string[]; user?: string }) {
  const administrator = await createTestPostgres();
  await using database = await openPostgres({ url: administrator, max: 1 });
  for (const statement of [...UNDONE, ...statements]) await sql.raw(statement).execute(database.kysely);
  const url = new URL(administrator);
  if (user !== undefined) Object.assign(url, { username: user, password: 'password' });
  const home = await makeTestHome({ settings: { BIO_MCP_DATABASE_URL: url.href } });
  const engineer = await openEngineer({ ...home.env, ADMINISTRATOR_URL: administrator });
  return {
    engineer,
    migrate: () => runCommand(['migrate'], { env: home.env }),
    async [Symbol.asyncDispose]() {
      await engineer[Symbol.asyncDispose]();
      await home[Symbol.asyncDispose]();
    },
  };
}

const APPLIED = {
  code: 0,
  stdout: 'Applied 0018_cited_by. Database and index are up to date.\n',
  stderr: '',
};

describe('a migration that is refused is applied once its page was followed', {
  skip: whyNoPrograms(),
}, () => {
  test('where the tables belong to another user', async () => {
    const user = `denied_${process.pid}`;
    await using refusing = await openRefusing({
      statements: [`create role ${user} login password 'password'`],
      user,
    });
    assert.match((await refusing.migrate()).stderr, /denies its user something/);
    const followed = await refusing.engineer.copy(
      PAGE,
      `psql "$ADMINISTRATOR_URL" -c 'grant create on schema`,
      {
        bio_mcp: user,
      },
    );
    assert.equal(followed.code, 0, followed.stderr);
    assert.deepEqual(await refusing.migrate(), APPLIED);
  });

  test('where the tables lie in another schema', async () => {
    await using refusing = await openRefusing({
      statements: [
        'create schema corpus',
        `do $$ declare name text; begin
          for name in select tablename from pg_tables where schemaname = 'public'
          loop execute format('alter table %I set schema corpus', name); end loop;
          execute format('alter database %I set search_path = corpus, public', current_database()); end $$`,
      ],
    });
    assert.match((await refusing.migrate()).stderr, /lie in the schema corpus/);
    const followed = await refusing.engineer.copy(PAGE, 'psql "$BIO_MCP_DATABASE_URL" -c "do');
    assert.equal(followed.code, 0, followed.stderr);
    assert.deepEqual(await refusing.migrate(), APPLIED);
  });

  test('where a table, then a column of its names is there already', async () => {
    await using refusing = await openRefusing({
      statements: [
        'create table cited_by (id integer)',
        'alter table revisions add column cited_count integer',
      ],
    });
    for (const { said, begins, instead } of [
      {
        said: /relation "cited_by" already exists/,
        begins: `psql "$BIO_MCP_DATABASE_URL" -c 'create schema if not exists set_aside'`,
        instead: { corpus_growth: 'cited_by' },
      },
      {
        said: /column "cited_count" of relation "revisions" already exists/,
        begins: `psql "$BIO_MCP_DATABASE_URL" -c 'alter table revisions rename column`,
        instead: { languages: 'cited_count' },
      },
    ] as const) {
      assert.match((await refusing.migrate()).stderr, said);
      const followed = await refusing.engineer.copy(PAGE, begins, instead);
      assert.equal(followed.code, 0, followed.stderr);
    }
    assert.deepEqual(await refusing.migrate(), APPLIED);
  });
});
