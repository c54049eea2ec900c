import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { sql } from 'kysely';
import type { Job, JobId } from '../../src/domain/job.ts';
import { Bell } from '../../src/queue/bell.ts';
import type { JobQueue } from '../../src/queue/job-queue.ts';
import { createSqlJobQueue } from '../../src/queue/sql-job-queue.ts';
import { type Database, openPglite, openPostgres } from '../../src/store/database.ts';
import { createSqlJobTable } from '../../src/store/sql-job-table.ts';
import { awaitJob } from '../../src/tools/await-job.ts';
import { type NcbiStandIn, startNcbiStandIn } from '../support/ncbi-stand-in/ncbi-stand-in.ts';
import { articleXml } from '../support/pubmed-xml.ts';
import { createTestQueues, type TestQueues, withoutSqs } from '../support/sqs-queues.ts';
import { makeTestHome } from '../support/test-corpus.ts';
import { startWorkerProcess } from '../support/worker-process.ts';

const TERM = 'wombats';
const RECORDS = 2_000;
const FIRST_PMID = 50_000_000;
const LEASE_MS = 1_000;
const SYNC = { tool: 'pubmed.sync', params: { term: TERM } };

describe('a sync in a worker process', () => {
  let ncbi: NcbiStandIn;

  before(async () => {
    const xml = articleXml({ pmid: FIRST_PMID, title: 'Of wombats.', abstract: 'They dig. '.repeat(40) });
    ncbi = await startNcbiStandIn({ records: [xml], limits: false });
    ncbi.library.addCopies(FIRST_PMID, { from: FIRST_PMID + 1, count: RECORDS - 1, crdt: '2026/01/15' });
  });
  after(() => ncbi[Symbol.asyncDispose]());

  const settings = (leaseSeconds: number) => ({
    BIO_MCP_PUBMED_BASE_URL: ncbi.url,
    BIO_MCP_PUBMED_API_KEY: 'test_key_1',
    BIO_MCP_JOBS_LEASE_SECONDS: String(leaseSeconds),
  });

  /** A corpus of its own, with the queue as another process has it. */
  async function openBench({ queues }: { queues?: TestQueues } = {}) {
    await using opening = new AsyncDisposableStack();
    const home = opening.use(
      await makeTestHome({
        engine: 'PostgreSQL',
        settings: { ...settings(LEASE_MS / 1_000), ...(queues === undefined ? {} : toSqsSettings(queues)) },
      }),
    );
    assert.ok(home.config.database.kind === 'postgres');
    const database = opening.use(await openPostgres({ url: home.config.database.url, max: 2 }));
    const queue = createSqlJobQueue({
      table: createSqlJobTable({ database }),
      // Whatever the test itself claims stays its own.
      leaseMs: 600_000,
      maxAttempts: 5,
    });
    const stack = opening.move();
    const dispose = () => stack.disposeAsync();
    return { home, database, queue, [Symbol.asyncDispose]: dispose };
  }

  test('killed with kill -9 at several stages, it goes on from where it was and does nothing twice', async ({
    signal,
  }) => {
    await using bench = await openBench();
    const { home, queue, database } = bench;
    const { job } = await queue.enqueue(SYNC, { signal });
    const fetchedAgain: string[] = [];
    for (const requests of [1, 2, 4, 3]) {
      const seen = ncbi.requests.length;
      const done = await listDone(database);
      await using worker = startWorkerProcess(home.env);
      await ncbi.arrived(seen + requests);
      await worker.end('SIGKILL');
      fetchedAgain.push(...listFetched(ncbi, seen).filter((pmid) => done.has(pmid)));
    }
    const seen = ncbi.requests.length;
    const done = await listDone(database);
    await using worker = startWorkerProcess(home.env);
    const ended = await awaitEnd(queue, job.jobId, signal);
    fetchedAgain.push(...listFetched(ncbi, seen).filter((pmid) => done.has(pmid)));
    assert.deepEqual(fetchedAgain, []);
    await assertWhole(database, ended);
    assert.equal(await worker.end('SIGTERM'), 0);
  });

  test('a worker that gets SIGTERM puts it back, and the next one ends it as the same attempt', async ({
    signal,
  }) => {
    await using bench = await openBench();
    const { home, queue, database } = bench;
    const { job } = await queue.enqueue(SYNC, { signal });
    const seen = ncbi.requests.length;
    await using first = startWorkerProcess(home.env);
    await ncbi.arrived(seen + 8);
    assert.equal(await first.end('SIGTERM'), 0);
    const put = await queue.get(job.jobId, { signal });
    assert.deepEqual([put.state, put.attempt], ['queued', 0]);
    assert.equal(put.progress?.found, RECORDS);
    await using _second = startWorkerProcess(home.env);
    const ended = await awaitEnd(queue, job.jobId, signal);
    assert.equal(ended.attempt, 1);
    await assertWhole(database, ended);
  });

  async function tryPausedWorker(bench: Awaited<ReturnType<typeof openBench>>, signal: AbortSignal) {
    const { home, queue, database } = bench;
    const { job } = await queue.enqueue(SYNC, { signal });
    const seen = ncbi.requests.length;
    await using paused = startWorkerProcess(home.env);
    await ncbi.arrived(seen + 4);
    paused.child.kill('SIGSTOP');
    await sweepOne(queue, signal);
    const mine = await queue.claim({ tools: ['pubmed.sync'] }, { signal });
    assert.equal(mine?.jobId, job.jobId);
    paused.child.kill('SIGCONT');
    await paused.line((line) => line.job_id === job.jobId && line.status === 'lease-lost');
    assert.deepEqual(await queue.get(job.jobId, { signal }), withoutLease(mine));
    assert.ok(await queue.putBack(mine, { signal }));
    await assertWhole(database, await awaitEnd(queue, job.jobId, signal));
  }

  test('a worker that was paused beyond its lease notices on waking and writes nothing to the job', async ({
    signal,
  }) => {
    await using bench = await openBench();
    await tryPausedWorker(bench, signal);
  });

  test('so does a worker that SQS wakes', { skip: withoutSqs }, async ({ signal }) => {
    await using queues = await createTestQueues();
    await using bench = await openBench({ queues });
    const body = JSON.stringify({ tool: 'ping', params: {}, idempotency_key: 'before the pause' });
    await queues.send(body);
    await tryPausedWorker(bench, signal);
    const [ping] = await bench.queue.list({ tool: 'ping', limit: 2, after: null }, { signal });
    assert.equal(ping?.state, 'succeeded');
    assert.equal((await queues.count()).dead, 0);
  });

  test('on the embedded database the next owner takes it over at once, whatever its lease', async ({
    signal,
  }) => {
    await using home = await makeTestHome({ engine: 'PGlite', settings: settings(3_600) });
    const within = async <T>(work: (queue: JobQueue, database: Database) => Promise<T>) => {
      await using database = await openPglite({ folder: join(home.dataDir, 'database') });
      const table = createSqlJobTable({ database });
      return await work(createSqlJobQueue({ table, leaseMs: LEASE_MS, maxAttempts: 5 }), database);
    };
    const { job } = await within((queue) => queue.enqueue(SYNC, { signal }));
    const seen = ncbi.requests.length;
    await using first = startWorkerProcess(home.env);
    await ncbi.arrived(seen + 5);
    await first.end('SIGKILL');
    await using second = startWorkerProcess(home.env);
    await second.line((line) => line.job_id === job.jobId && line.status === 'succeeded');
    assert.equal(await second.end('SIGTERM'), 0);
    await within(async (queue, database) => assertWhole(database, await queue.get(job.jobId, { signal })));
  });

  test('cancelled from another process, it stops soon', async ({ signal }) => {
    await using bench = await openBench();
    const { home, queue } = bench;
    const { job } = await queue.enqueue(SYNC, { signal });
    const seen = ncbi.requests.length;
    await using worker = startWorkerProcess(home.env);
    await ncbi.arrived(seen + 3);
    await queue.cancel(job.jobId, { signal });
    await worker.line((line) => line.job_id === job.jobId && line.status === 'cancelled');
    const { state, error } = await queue.get(job.jobId, { signal });
    assert.deepEqual([state, error?.errorCode], ['failed', 'CANCELLED']);
    assert.equal(await worker.end('SIGTERM'), 0);
  });
});

function toSqsSettings({ queueUrl, dlqUrl }: TestQueues): Record<string, string> {
  const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '' } = process.env;
  const access = { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY };
  return { ...access, BIO_MCP_JOBS_QUEUE_URL: queueUrl, BIO_MCP_JOBS_DLQ_URL: dlqUrl };
}

function awaitEnd(queue: JobQueue, jobId: JobId, signal: AbortSignal): Promise<Job> {
  return awaitJob(queue, { jobId, waitMs: Number.POSITIVE_INFINITY }, { signal });
}

/** Resolves once the lease of the one running job has lapsed and somebody may take it. */
async function sweepOne(queue: JobQueue, signal: AbortSignal): Promise<void> {
  const never = new Bell();
  while ((await queue.sweep({ signal })) === 0) await never.heard(LEASE_MS / 10, { signal });
}

function withoutLease(job: Job & { leaseId: string }): Job {
  const { leaseId: _, ...rest } = job;
  return rest;
}

async function listDone({ kysely }: Database): Promise<Set<string>> {
  const rows = await kysely.selectFrom('sync_list_pmids').select('pmid').where('done', '=', true).execute();
  return new Set(rows.map(({ pmid }) => pmid));
}

function listFetched({ requests }: NcbiStandIn, from: number): string[] {
  const fetches = requests.slice(from).filter(({ endpoint }) => endpoint === 'efetch');
  return fetches.flatMap(({ params }) => (params.get('id') ?? '').split(','));
}

/** The job has succeeded, its run has its id and its manifest, and every record is there once. */
async function assertWhole({ kysely }: Database, job: Job): Promise<void> {
  assert.deepEqual([job.state, job.error], ['succeeded', null]);
  const { found, archived, skipped, failed, pct } = job.progress as Record<string, number>;
  assert.deepEqual([found, failed, pct], [RECORDS, 0, 100]);
  assert.equal(Number(archived) + Number(skipped), RECORDS);
  const runs = await kysely.selectFrom('runs').select(['run_id', 'state', 'manifest']).execute();
  assert.deepEqual(runs, [{ run_id: job.jobId, state: 'succeeded', manifest: job.resultRef }]);
  assert.match(job.resultRef ?? '', new RegExp(`/manifests/sync_run=.*_${job.jobId}\\.json$`));
  const { rows } = await sql<Record<string, number>>`
    select (select count(*) from pubmed_archive) as pointers,
      (select count(*) from pubmed_archive_history) as payloads,
      (select count(*) from revisions) as revisions,
      (select count(*) from pending_batches) as pending`.execute(kysely);
  assert.deepEqual(rows, [{ pointers: RECORDS, payloads: RECORDS, revisions: RECORDS, pending: 0 }]);
}
