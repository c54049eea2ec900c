import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { sql } from 'kysely';
import { migrateDatabase, openPostgres } from '../../src/store/database/database.ts';
import { makeTestHome, type TestHome } from '../support/corpus/test-corpus.ts';
import { type DoctorReport, examineCheck } from '../support/examine-check.ts';
import { createTestPostgres } from '../support/postgres/databases.ts';
import { runCommand } from '../support/processes/run-command.ts';
import { type NcbiStandIn, startNcbiStandIn } from '../support/pubmed/ncbi-stand-in/ncbi-stand-in.ts';
import { refuse, startOpenaiStandIn } from '../support/services/openai-stand-in.ts';

describe('the doctor', () => {
  let home: TestHome;
  let ncbi: NcbiStandIn;
  before(async () => {
    home = await makeTestHome({ engine: 'PGlite' });
    ncbi = await startNcbiStandIn({ records: [], limits: false });
  });
  after(async () => {
    await ncbi[Symbol.asyncDispose]();
    await home[Symbol.asyncDispose]();
  });

  function examine(name: string, settings: Record<string, string>) {
    return examineCheck(name, {
      BIO_MCP_DATA_DIR: home.dataDir,
      BIO_MCP_PUBMED_BASE_URL: ncbi.url,
      ...settings,
    });
  }

  test('with nothing configured it checks what is embedded, in a table', async () => {
    const env = { BIO_MCP_DATA_DIR: home.dataDir, BIO_MCP_PUBMED_BASE_URL: ncbi.url };
    const { code, stdout } = await runCommand(['doctor'], { env });
    const rows = stdout
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/\s{2,}/));
    assert.deepEqual(rows[0], ['check', 'state', 'latency', 'remedy, or what was seen']);
    assert.deepEqual(
      rows.slice(1).map(([check, state]) => [check, state]),
      ['data folder', 'database', 'archive', 'embedder', 'ncbi'].map((check) => [check, 'ok']),
    );
    assert.equal(code, 0);
  });

  test('one check that fails is told with its remedy and ends in exit code 1', async () => {
    // Nobody ever listens there; the port of a server that has ended may soon be another test's.
    const env = { BIO_MCP_DATA_DIR: home.dataDir, BIO_MCP_PUBMED_BASE_URL: 'http://127.0.0.1:2' };
    const { code, stdout } = await runCommand(['doctor', '--json'], { env });
    const { ok, checks } = JSON.parse(stdout) as DoctorReport;
    assert.deepEqual([code, ok], [1, false]);
    const failed = checks.filter(({ state }) => state === 'failed');
    assert.deepEqual(
      failed.map(({ check }) => check),
      ['ncbi'],
    );
    assert.match(failed[0]?.remedy ?? '', /may reach NCBI/);
  });

  test('the embedded database is well where Weaviate is not, whose failure is told once', async () => {
    const { code, stdout } = await runCommand(['doctor', '--json'], {
      env: {
        BIO_MCP_DATA_DIR: home.dataDir,
        BIO_MCP_PUBMED_BASE_URL: ncbi.url,
        BIO_MCP_WEAVIATE_URL: 'http://127.0.0.1:9',
      },
    });
    const { checks } = JSON.parse(stdout) as DoctorReport;
    assert.deepEqual([code, checks.find(({ check }) => check === 'database')?.state], [1, 'ok']);
    const failed = checks.filter(({ state }) => state === 'failed');
    assert.deepEqual(
      failed.map(({ check }) => check),
      ['index'],
    );
    assert.match(failed[0]?.remedy ?? '', /^Start Weaviate/);
  });

  test('a data folder that is a file', async () => {
    const file = await home.write('a-file', 'x');
    const { remedy } = await examine('data folder', { BIO_MCP_DATA_DIR: file });
    assert.match(remedy ?? '', /set BIO_MCP_DATA_DIR to another/);
  });

  describe('of PostgreSQL', () => {
    async function openDatabase() {
      const url = await createTestPostgres({ isMigrated: false });
      const database = await openPostgres({ url, max: 2 });
      return { url, database, [Symbol.asyncDispose]: () => database[Symbol.asyncDispose]() };
    }

    test('migrated and owned, it is well', async () => {
      await using opened = await openDatabase();
      const behind = await examine('migrations', { BIO_MCP_DATABASE_URL: opened.url });
      assert.match(behind.remedy ?? '', /run `bio-mcp migrate`/);
      await migrateDatabase(opened.database);
      assert.equal((await examine('migrations', { BIO_MCP_DATABASE_URL: opened.url })).state, 'ok');
      assert.equal((await examine('counts', { BIO_MCP_DATABASE_URL: opened.url })).state, 'ok');
      await sql`update live_counts set documents = 3`.execute(opened.database.kysely);
      const { remedy } = await examine('counts', { BIO_MCP_DATABASE_URL: opened.url });
      assert.match(remedy ?? '', /tell of 3 documents .* rows of 0 documents .* run `bio-mcp reindex`/);
      const { state, detail } = await examine('database', { BIO_MCP_DATABASE_URL: opened.url });
      assert.equal(state, 'ok');
      assert.match(detail, /^PostgreSQL 18\.\d+, \d+ of \d+ connections in use, up to 15 for a process$/);
    });

    test('a pool that does not match the limits is told of, and one that the server has no room for fails', async () => {
      await using opened = await openDatabase();
      const examineSized = (size: string) =>
        examine('database', { BIO_MCP_DATABASE_URL: opened.url, BIO_MCP_DATABASE_POOL_SIZE: size });
      const small = await examineSized('2');
      assert.equal(small.state, 'ok');
      assert.match(
        small.detail,
        /BIO_MCP_DATABASE_POOL_SIZE is 2, and the limits .* ask for 8: at full load/,
      );
      const large = await examineSized('500');
      assert.match(
        large.remedy ?? '',
        /^A process opens up to 507 connections, .* set BIO_MCP_DATABASE_POOL_SIZE to \d+ or less\.$/,
      );
    });

    test('a user who may not create, and one who does not own the tables, are told what to grant', async () => {
      await using opened = await openDatabase();
      const { kysely } = opened.database;
      await migrateDatabase(opened.database);
      // A role is the server's, which other test files use too.
      const user = `reader_${randomUUID()}`;
      const reader = sql.id(user);
      await sql`create role ${reader} login password 'secret'`.execute(kysely);
      const url = new URL(opened.url);
      url.username = user;
      url.password = 'secret';
      const settings = { BIO_MCP_DATABASE_URL: url.href };
      assert.match((await examine('database', settings)).remedy ?? '', /may create schemas in the database/);
      const name = sql.id(url.pathname.slice(1));
      await sql`grant create on database ${name} to ${reader}`.execute(kysely);
      await sql`grant create on schema public to ${reader}`.execute(kysely);
      assert.match((await examine('database', settings)).remedy ?? '', /^Other users own the tables /);
      await sql`grant postgres to ${reader}`.execute(kysely);
      assert.equal((await examine('database', settings)).state, 'ok');
    });

    test('a wrong password, a missing database and a server that is gone have remedies of their own', async () => {
      const right = await createTestPostgres();
      const change = (edit: (url: URL) => void) => {
        const url = new URL(right);
        edit(url);
        return { BIO_MCP_DATABASE_URL: url.href };
      };
      const missing = change((url) => {
        url.pathname = '/elsewhere';
      });
      assert.match((await examine('database', missing)).remedy ?? '', /does not exist: create it/);
      const stranger = change((url) => {
        url.username = 'nobody_known';
      });
      assert.match(
        (await examine('database', stranger)).remedy ?? '',
        /correct them in BIO_MCP_DATABASE_URL/,
      );
      const closed = change((url) => {
        url.port = '9';
      });
      const gone = await examine('database', closed);
      assert.match(gone.remedy ?? '', /^Start PostgreSQL/);
      assert.ok(!JSON.stringify(gone).includes('password'), 'the password is never said');
    });
  });

  test('of the embedding service: its key, and the service itself', async () => {
    await using service = await startOpenaiStandIn();
    const settings = {
      BIO_MCP_EMBEDDER: 'openai',
      BIO_MCP_OPENAI_BASE_URL: service.url,
      BIO_MCP_OPENAI_MODEL: 'mini',
      BIO_MCP_OPENAI_API_KEY: 'sk-wrong',
    };
    assert.match(
      (await examine('embedder', settings)).detail,
      /^openai:mini:256:[0-9a-f]{12}, 256 dimensions$/,
    );
    service.spoil = (_turn, _request, reply) => {
      refuse(reply, 401, 'invalid_api_key');
      return true;
    };
    const { remedy, detail } = await examine('embedder', settings);
    assert.match(remedy ?? '', /check BIO_MCP_OPENAI_API_KEY/);
    assert.ok(!detail.includes('sk-wrong'));
  });
});
