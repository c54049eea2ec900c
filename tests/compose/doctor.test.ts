import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { after, before, describe, test } from 'node:test';
import { sql } from 'kysely';
import { runDoctor } from '../../src/cli/doctor.ts';
import { ReportedError } from '../../src/cli/reported-error.ts';
import { listDoctorChecks } from '../../src/compose/list-doctor-checks.ts';
import { migrateCorpus } from '../../src/compose/migrate-corpus.ts';
import { type Config, parseConfig } from '../../src/config/config.ts';
import { createWeaviateCollections } from '../../src/search/weaviate-collections.ts';
import { openWeaviateConnection } from '../../src/search/weaviate-connection.ts';
import { migrateDatabase, openPostgres } from '../../src/store/database.ts';
import { runCommand } from '../support/command-process.ts';
import { createTestPostgres, startTestServer } from '../support/databases.ts';
import { startFaultySqs } from '../support/faulty-sqs.ts';
import { type NcbiStandIn, startNcbiStandIn } from '../support/ncbi-stand-in/ncbi-stand-in.ts';
import { refuse, startOpenaiStandIn } from '../support/openai-stand-in.ts';
import { makeTestBucket, s3Endpoint, skipWithoutS3 } from '../support/s3-buckets.ts';
import { findTestService } from '../support/services.ts';
import { silentLogger } from '../support/silent-logger.ts';
import { createTestQueues, SQS_URL, withoutSqs } from '../support/sqs-queues.ts';
import { makeTestHome, type TestHome } from '../support/test-corpus.ts';
import { makeWeaviateHome } from '../support/weaviate-home.ts';

const weaviate = findTestService('TEST_WEAVIATE_URL');

interface Report {
  ok: boolean;
  checks: { check: string; state: string; latency_ms: number; detail: string; remedy: string | null }[];
}

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

  function toConfig(settings: Record<string, string>): Config {
    const own = { BIO_MCP_DATA_DIR: home.dataDir, BIO_MCP_PUBMED_BASE_URL: ncbi.url };
    return parseConfig({ ...own, ...settings }, { platform: 'linux', homeDir: '/nonexistent', cores: 2 });
  }

  /** The findings of one check, and the exit that all of them together lead to. */
  async function examine(name: string, settings: Record<string, string>) {
    const stdout = new PassThrough() as unknown as NodeJS.WriteStream; // only written to
    const checks = listDoctorChecks({
      config: toConfig(settings),
      logger: silentLogger(),
      readStatus: async () => ({}),
    }).filter((check) => check.name === name);
    assert.equal(checks.length, 1, name);
    const { signal } = new AbortController();
    const outcome = await runDoctor(checks, { json: true, stdout, signal }).then(
      () => null,
      (error: unknown) => error,
    );
    const report = JSON.parse(String((stdout as unknown as PassThrough).read())) as Report;
    assert.equal(report.ok, outcome === null);
    assert.ok(outcome === null || outcome instanceof ReportedError);
    const [finding] = report.checks;
    assert.ok(finding !== undefined);
    assert.equal(finding.state, report.ok ? 'ok' : 'failed');
    assert.equal(finding.remedy === null, report.ok);
    return finding;
  }

  test('with nothing configured it checks what is embedded, in a table', async () => {
    const env = { BIO_MCP_DATA_DIR: home.dataDir, BIO_MCP_PUBMED_BASE_URL: ncbi.url, HOME: '/nonexistent' };
    const { code, stdout } = await runCommand(env, 'doctor');
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
    const gone = await startNcbiStandIn({ records: [], limits: false });
    await gone[Symbol.asyncDispose]();
    const env = { BIO_MCP_DATA_DIR: home.dataDir, BIO_MCP_PUBMED_BASE_URL: gone.url, HOME: '/nonexistent' };
    const { code, stdout } = await runCommand(env, 'doctor', '--json');
    const { ok, checks } = JSON.parse(stdout) as Report;
    assert.deepEqual([code, ok], [1, false]);
    const failed = checks.filter(({ state }) => state === 'failed');
    assert.deepEqual(
      failed.map(({ check }) => check),
      ['ncbi'],
    );
    assert.match(failed[0]?.remedy ?? '', /may reach NCBI/);
  });

  test('the embedded database is well where Weaviate is not, whose failure is told once', async () => {
    const { code, stdout } = await runCommand(
      {
        BIO_MCP_DATA_DIR: home.dataDir,
        BIO_MCP_PUBMED_BASE_URL: ncbi.url,
        BIO_MCP_WEAVIATE_URL: 'http://127.0.0.1:9',
        HOME: '/nonexistent',
      },
      'doctor',
      '--json',
    );
    const { checks } = JSON.parse(stdout) as Report;
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
      const { state, detail } = await examine('database', { BIO_MCP_DATABASE_URL: opened.url });
      assert.equal(state, 'ok');
      assert.match(detail, /^PostgreSQL 18\.\d+, \d+ of \d+ connections in use, up to 15 for a process$/);
    });

    test('a user who may not create, and one who does not own the tables, are told what to grant', async () => {
      await using opened = await openDatabase();
      const { kysely } = opened.database;
      await migrateDatabase(opened.database);
      await sql`create role reader login password 'secret'`.execute(kysely);
      const url = new URL(opened.url);
      url.username = 'reader';
      url.password = 'secret';
      const settings = { BIO_MCP_DATABASE_URL: url.href };
      assert.match((await examine('database', settings)).remedy ?? '', /may create schemas in the database/);
      const name = sql.id(url.pathname.slice(1));
      await sql`grant create on database ${name} to reader`.execute(kysely);
      await sql`grant create on schema public to reader`.execute(kysely);
      assert.match((await examine('database', settings)).remedy ?? '', /^Other users own the tables /);
      await sql`grant postgres to reader`.execute(kysely);
      assert.equal((await examine('database', settings)).state, 'ok');
    });

    test('a wrong password, a missing database and a server that is gone have remedies of their own', async () => {
      const server = await startTestServer();
      const right = await server.createDatabase();
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
      await server[Symbol.asyncDispose]();
      const gone = await examine('database', { BIO_MCP_DATABASE_URL: right });
      assert.match(gone.remedy ?? '', /^Start PostgreSQL/);
      assert.ok(!JSON.stringify(gone).includes('password'), 'the password is never said');
    });
  });

  describe('of SQS', { skip: withoutSqs }, () => {
    test('whole, denied, missing or gone; and it leaves nothing behind', async () => {
      await using queues = await createTestQueues();
      await using faulty = await startFaultySqs(SQS_URL);
      const settings = {
        BIO_MCP_DATABASE_URL: 'postgres://unused/db',
        BIO_MCP_JOBS_QUEUE_URL: faulty.through(queues.queueUrl),
        BIO_MCP_JOBS_DLQ_URL: faulty.through(queues.dlqUrl),
      };
      await queues.send('{"tool":"pubmed.sync"}');
      assert.equal((await examine('queue', settings)).state, 'ok');
      assert.deepEqual(await queues.count(), { waiting: 1, received: 0, dead: 0 });
      faulty.fault = 'denied';
      assert.match((await examine('queue', settings)).remedy ?? '', /allow sqs:SendMessage/);
      faulty.fault = 'down';
      assert.match((await examine('queue', settings)).remedy ?? '', /whether SQS can be reached/);
      const missing = { ...settings, BIO_MCP_JOBS_DLQ_URL: `${queues.dlqUrl}-missing` };
      faulty.fault = 'none';
      assert.match((await examine('queue', missing)).remedy ?? '', /create it, or correct/);
    });
  });

  describe('of S3', { skip: skipWithoutS3 }, () => {
    test('a bucket that keeps versions, one that does not, and one that is missing', async () => {
      for (const versioned of [true, false]) {
        await using bucket = await makeTestBucket({ versioned });
        const settings = { BIO_MCP_ARCHIVE_BUCKET: bucket.name, BIO_MCP_S3_ENDPOINT: s3Endpoint };
        const { state, detail } = await examine('archive', settings);
        assert.equal(state, 'ok');
        assert.match(detail, versioned ? /keeps versions$/ : /keeps no versions/);
      }
      const missing = { BIO_MCP_ARCHIVE_BUCKET: 'no-such-bucket', BIO_MCP_S3_ENDPOINT: s3Endpoint };
      assert.match((await examine('archive', missing)).remedy ?? '', /BIO_MCP_ARCHIVE_BUCKET/);
    });
  });

  test('of Weaviate: without its collection, with it, and gone', { skip: weaviate.skip }, async () => {
    await using whole = await makeWeaviateHome({ engine: 'PostgreSQL', isMigrated: false });
    const missing = await examine('index', whole.env);
    assert.match(missing.remedy ?? '', /run `bio-mcp migrate`/);
    await migrateCorpus(whole.config, { signal: new AbortController().signal });
    const { state, detail } = await examine('index', whole.env);
    assert.equal(state, 'ok');
    assert.match(detail, new RegExp(`holds ${whole.collection}_1$`));
    const elsewhere = { ...whole.env, BIO_MCP_WEAVIATE_URL: 'http://127.0.0.1:9' };
    assert.match((await examine('index', elsewhere)).remedy ?? '', /^Start Weaviate/);
    const half = { ...whole.env, BIO_MCP_WEAVIATE_GRPC_URL: 'http://127.0.0.1:9' };
    assert.match((await examine('index', half)).remedy ?? '', /correct .*BIO_MCP_WEAVIATE_GRPC_URL/);
    await using connection = await openWeaviateConnection({
      server: { url: weaviate.url, grpcUrl: 'http://127.0.0.1:9', apiKey: null },
    });
    const { signal } = new AbortController();
    const left = await createWeaviateCollections(connection).list({ signal });
    assert.deepEqual(
      left.filter((name) => name.startsWith(whole.collection)),
      [`${whole.collection}_1`],
      'it leaves nothing behind',
    );
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
