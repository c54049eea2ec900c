import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { JobQueue } from '../../src/queue/job-queue.ts';
import { createSqlJobQueue } from '../../src/queue/sql-job-queue.ts';
import { type Database, openPglite } from '../../src/store/database/database.ts';
import { createSqlJobTable } from '../../src/store/jobs/sql-job-table.ts';
import { makeTestHome } from '../support/corpus/test-corpus.ts';
import { startWorkerProcess } from '../support/processes/worker-process.ts';
import type { NcbiStandIn } from '../support/pubmed/ncbi-stand-in/ncbi-stand-in.ts';
import {
  assertWhole,
  awaitEnd,
  LEASE_MS,
  openBench,
  RECORDS,
  SYNC,
  startSyncedNcbi,
  toSyncSettings,
  tryPausedWorker,
} from './worker-bench.ts';

describe('a sync in a worker process', () => {
  let ncbi: NcbiStandIn;

  before(async () => {
    ncbi = await startSyncedNcbi();
  });
  after(() => ncbi[Symbol.asyncDispose]());

  test('killed with kill -9 at several stages, it goes on from where it was and does nothing twice', async ({
    signal,
  }) => {
    await using bench = await openBench(ncbi);
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
    await using bench = await openBench(ncbi);
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

  test('a worker that was paused beyond its lease notices on waking and writes nothing to the job', async ({
    signal,
  }) => {
    await using bench = await openBench(ncbi);
    await tryPausedWorker(ncbi, bench, signal);
  });

  test('on the embedded database the next owner takes it over at once, whatever its lease', async ({
    signal,
  }) => {
    await using home = await makeTestHome({ engine: 'PGlite', settings: toSyncSettings(ncbi, 3_600) });
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
    // A lease that does not lapse while the machine is busy: the notice stops it, and nothing else.
    await using bench = await openBench(ncbi, { leaseMs: 600_000 });
    const { home, queue } = bench;
    const { job } = await queue.enqueue(SYNC, { signal });
    const { promise: cancelled, resolve: onCancelled } = Promise.withResolvers<void>();
    // It cannot be done before.
    ncbi.faults.next({ endpoint: 'efetch', fault: { kind: 'slow', release: cancelled } });
    const seen = ncbi.requests.length;
    await using worker = startWorkerProcess(home.env);
    await ncbi.arrived(seen + 3);
    await queue.cancel(job.jobId, { signal });
    onCancelled();
    const ended = await worker.line(
      (line) => line.job_id === job.jobId && line.msg === 'an attempt at a job ended',
    );
    assert.equal(ended.status, 'cancelled');
    const { state, error } = await queue.get(job.jobId, { signal });
    assert.deepEqual([state, error?.errorCode], ['failed', 'CANCELLED']);
    assert.equal(await worker.end('SIGTERM'), 0);
  });
});

async function listDone({ kysely }: Database): Promise<Set<string>> {
  const rows = await kysely.selectFrom('sync_list_pmids').select('pmid').where('done', '=', true).execute();
  return new Set(rows.map(({ pmid }) => pmid));
}

function listFetched({ requests }: NcbiStandIn, from: number): string[] {
  const fetches = requests.slice(from).filter(({ endpoint }) => endpoint === 'efetch');
  return fetches.flatMap(({ params }) => (params.get('id') ?? '').split(','));
}
