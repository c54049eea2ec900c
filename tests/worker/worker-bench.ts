import assert from 'node:assert/strict';
import { sql } from 'kysely';
import type { Job, JobId } from '../../src/domain/jobs/job.ts';
import { Bell } from '../../src/queue/bell.ts';
import type { JobQueue } from '../../src/queue/job-queue.ts';
import { createSqlJobQueue } from '../../src/queue/sql-job-queue.ts';
import { type Database, openPostgres } from '../../src/store/database/database.ts';
import { createSqlJobTable } from '../../src/store/jobs/sql-job-table.ts';
import { awaitJob } from '../../src/tools/jobs/await-job.ts';
import { makeTestHome } from '../support/corpus/test-corpus.ts';
import type { TestQueues } from '../support/jobs/sqs-queues.ts';
import { startWorkerProcess, type WorkerProcess } from '../support/processes/worker-process.ts';
import { type NcbiStandIn, startNcbiStandIn } from '../support/pubmed/ncbi-stand-in/ncbi-stand-in.ts';
import { articleXml } from '../support/pubmed/pubmed-xml.ts';

const TERM = 'wombats';
export const RECORDS = 2_000;
const FIRST_PMID = 50_000_000;
export const LEASE_MS = 1_000;
export const SYNC = { tool: 'pubmed.sync', params: { term: TERM } };

/** NCBI with as many records as the sync of `SYNC` finds. */
export async function startSyncedNcbi(): Promise<NcbiStandIn> {
  const xml = articleXml({ pmid: FIRST_PMID, title: 'Of wombats.', abstract: 'They dig. '.repeat(40) });
  const ncbi = await startNcbiStandIn({ records: [xml], limits: false });
  ncbi.library.addCopies(FIRST_PMID, { from: FIRST_PMID + 1, count: RECORDS - 1, crdt: '2026/01/15' });
  return ncbi;
}

export const toSyncSettings = (ncbi: NcbiStandIn, leaseSeconds: number) => ({
  BIO_MCP_PUBMED_BASE_URL: ncbi.url,
  BIO_MCP_PUBMED_API_KEY: 'test_key_1',
  BIO_MCP_JOBS_LEASE_SECONDS: String(leaseSeconds),
});

/** A corpus of its own, with the queue as another process has it. `leaseMs`: of the workers' jobs. */
export async function openBench(
  ncbi: NcbiStandIn,
  { queues, leaseMs = LEASE_MS }: { queues?: TestQueues; leaseMs?: number } = {},
) {
  await using opening = new AsyncDisposableStack();
  const home = opening.use(
    await makeTestHome({
      engine: 'PostgreSQL',
      settings: {
        ...toSyncSettings(ncbi, leaseMs / 1_000),
        ...(queues === undefined ? {} : toSqsSettings(queues)),
      },
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

/**
 * It is stopped until its lease is over and another has its job, and notices on waking. It lives until
 * `beforeEnd` has resolved.
 */
export async function tryPausedWorker(
  ncbi: NcbiStandIn,
  bench: Awaited<ReturnType<typeof openBench>>,
  signal: AbortSignal,
  beforeEnd: (paused: WorkerProcess) => Promise<unknown> = async () => undefined,
) {
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
  await beforeEnd(paused);
}

function toSqsSettings({ queueUrl, dlqUrl }: TestQueues): Record<string, string> {
  const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '' } = process.env;
  const access = { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY };
  return { ...access, BIO_MCP_JOBS_QUEUE_URL: queueUrl, BIO_MCP_JOBS_DLQ_URL: dlqUrl };
}

export function awaitEnd(queue: JobQueue, jobId: JobId, signal: AbortSignal): Promise<Job> {
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

/** The job has succeeded, its run has its id and its manifest, and every record is there once. */
export async function assertWhole({ kysely }: Database, job: Job): Promise<void> {
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
