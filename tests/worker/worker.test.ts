import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { describe, test } from 'node:test';
import { systemClock } from '../../src/domain/clock.ts';
import { isEnded, type Job, type JobId } from '../../src/domain/jobs/job.ts';
import { PubmedError } from '../../src/errors/pubmed-error.ts';
import { Bell } from '../../src/queue/bell.ts';
import type { JobQueue } from '../../src/queue/job-queue.ts';
import { createSqlJobQueue } from '../../src/queue/sql-job-queue.ts';
import { createSqlJobTable } from '../../src/store/jobs/sql-job-table.ts';
import { awaitJob } from '../../src/tools/jobs/await-job.ts';
import { createWorker } from '../../src/worker/worker.ts';
import { createJobCatalogue, StepCalls } from '../support/jobs/job-tools.ts';
import { shareDatabase, testDatabases } from '../support/postgres/databases.ts';
import { silentLogger } from '../support/telemetry/silent-logger.ts';
import { createHeldClock } from '../support/time/held-clock.ts';

interface OpenedWorker extends AsyncDisposable {
  queue: JobQueue;
  steps: StepCalls;
  /** Stops the worker and waits for its end. */
  stop(): Promise<void>;
}

for (const testDatabase of testDatabases) {
  const openDatabase = shareDatabase(testDatabase);

  async function openQueue({ leaseMs = 30_000, clock = systemClock } = {}): Promise<JobQueue> {
    const table = createSqlJobTable({ database: await openDatabase(), clock });
    return createSqlJobQueue({ table, leaseMs, maxAttempts: 5 });
  }

  function startWorker(
    queue: JobQueue,
    { toolLimits = {}, maxConcurrency = 4, clock = systemClock } = {},
  ): OpenedWorker {
    const steps = new StepCalls();
    const stopping = new AbortController();
    const worker = createWorker({
      catalogue: createJobCatalogue(),
      services: { steps },
      queue,
      clock,
      logger: silentLogger(),
      maxConcurrency,
      toolLimits,
    });
    const ended = worker.run({ signal: stopping.signal });
    const stop = () => {
      stopping.abort();
      return ended;
    };
    return { queue, steps, stop, [Symbol.asyncDispose]: stop };
  }

  const step = (name: string) => ({ tool: 'test.step', params: { name } });
  const settled = (queue: JobQueue, jobId: JobId, signal: AbortSignal) =>
    awaitJob(queue, { jobId, waitMs: Number.POSITIVE_INFINITY }, { signal });

  describe(`worker on ${testDatabase.name}`, () => {
    test('runs a job that is there and one that comes later, and keeps their answers', async ({ signal }) => {
      const queue = await openQueue();
      const early = await queue.enqueue({ tool: 'test.echo', params: { text: 'early' } }, { signal });
      await using _ = startWorker(queue);
      const late = await queue.enqueue({ tool: 'test.echo', params: { text: 'late' } }, { signal });
      for (const [{ job }, text] of [
        [early, 'early'],
        [late, 'late'],
      ] as const) {
        const done = await settled(queue, job.jobId, signal);
        assert.equal(done.state, 'succeeded');
        assert.equal(done.resultRef, `/v1/jobs/${job.jobId}/result`);
        assert.deepEqual(await queue.findResult(job.jobId, { signal }), { text });
      }
    });

    test('a job does no more than its poster might do', async ({ signal }) => {
      const queue = await openQueue();
      await using _ = startWorker(queue);
      const call = { tool: 'test.echo', params: { text: 'x' }, createdBy: 'ada' };
      const read = await queue.enqueue({ ...call, createdScope: 'read' }, { signal });
      const done = await settled(queue, read.job.jobId, signal);
      assert.deepEqual([done.state, done.error?.errorCode, done.createdBy], ['failed', 'FORBIDDEN', 'ada']);
      const sync = await queue.enqueue({ ...call, createdScope: 'sync' }, { signal });
      assert.equal((await settled(queue, sync.job.jobId, signal)).state, 'succeeded');
    });

    test('a tool’s failure is told by its code and sentence, and nothing else', async ({ signal }) => {
      const queue = await openQueue();
      await using _ = startWorker(queue);
      const cases = [
        ['test.wrong', { errorCode: 'ARCHIVE_CORRUPT', message: 'An archived record is damaged.' }],
        [
          'test.broken',
          {
            errorCode: 'INTERNAL',
            message: 'Something went wrong on our side; the log has the details under the id of the job.',
          },
        ],
      ] as const;
      for (const [tool, error] of cases) {
        const { job } = await queue.enqueue({ tool, params: {} }, { signal });
        const done = await settled(queue, job.jobId, signal);
        assert.deepEqual([done.state, done.error], ['failed', error]);
      }
    });

    test('a failure that may pass queues the job again with a warning', async ({ signal }) => {
      const queue = await openQueue();
      await using worker = startWorker(queue);
      const { job } = await queue.enqueue(step('a'), { signal });
      const call = await worker.steps.next();
      assert.equal(call.jobId, job.jobId);
      call.tell(10);
      call.fail(
        new PubmedError('PUBMED_UNAVAILABLE', { message: 'HTTP 503 at efetch', retryAfterMs: 90_000 }),
      );
      const again = await jobWhen(
        queue,
        job.jobId,
        ({ progress }) => progress?.warning !== undefined,
        signal,
      );
      assert.deepEqual([again.state, again.progress?.pct, again.error], ['queued', 10, null]);
      assert.match(String(again.progress?.warning), /Attempt 1 failed; the next one follows in 90 s\.$/);
    });

    test('runs as many jobs at once as it may, and of a long tool no more than its limit', async ({
      signal,
    }) => {
      const queue = await openQueue();
      const ids: JobId[] = [];
      for (const name of ['a', 'b', 'c']) ids.push((await queue.enqueue(step(name), { signal })).job.jobId);
      await using worker = startWorker(queue, { toolLimits: { 'test.step': 2 }, maxConcurrency: 3 });
      const first = await worker.steps.next();
      const second = await worker.steps.next();
      // A short job passes the long one that has to wait.
      const echo = await queue.enqueue({ tool: 'test.echo', params: { text: 'x' } }, { signal });
      assert.equal((await settled(queue, echo.job.jobId, signal)).state, 'succeeded');
      assert.deepEqual([first.name, second.name, worker.steps.all.length], ['a', 'b', 2]);
      first.answer();
      const third = await worker.steps.next();
      assert.equal(third.name, 'c');
      second.answer();
      third.answer();
      for (const id of ids) assert.equal((await settled(queue, id, signal)).state, 'succeeded');
    });

    test('a cancelled job stops its tool at once', async ({ signal }) => {
      const queue = await openQueue();
      await using worker = startWorker(queue);
      const { job } = await queue.enqueue(step('a'), { signal });
      const call = await worker.steps.next();
      const aborted = new Promise((resolve) => call.signal.addEventListener('abort', resolve));
      await queue.cancel(job.jobId, { signal });
      await aborted;
      await worker.stop();
      const { state, error } = await queue.get(job.jobId, { signal });
      assert.deepEqual([state, error?.errorCode], ['failed', 'CANCELLED']);
    });

    test('a worker that is told to end puts its jobs back with their progress, and starts none', async ({
      signal,
    }) => {
      const queue = await openQueue();
      const worker = startWorker(queue, { maxConcurrency: 1 });
      const { job } = await queue.enqueue(step('a'), { signal });
      const waiting = (await queue.enqueue(step('b'), { signal })).job;
      const call = await worker.steps.next();
      call.tell(42);
      await worker.stop();
      const put = await queue.get(job.jobId, { signal });
      assert.deepEqual([put.state, put.attempt, put.progress?.pct], ['queued', 0, 42]);
      assert.equal((await queue.get(waiting.jobId, { signal })).state, 'queued');
      assert.equal(worker.steps.all.length, 1);
      await using next = startWorker(queue, { maxConcurrency: 1 });
      const again = await next.steps.next();
      assert.equal(again.jobId, job.jobId);
      assert.equal((await queue.get(job.jobId, { signal })).attempt, 1);
      again.answer();
      (await next.steps.next()).answer();
      await settled(queue, waiting.jobId, signal);
    });

    test('a worker whose job was taken over stops its tool and writes nothing', async ({ signal }) => {
      const queue = await openQueue();
      await using worker = startWorker(queue, { maxConcurrency: 1 });
      const { job } = await queue.enqueue(step('a'), { signal });
      const call = await worker.steps.next();
      const aborted = new Promise((resolve) => call.signal.addEventListener('abort', resolve));
      await queue.takeOver({ signal });
      await aborted;
      // The same worker has it again by now, as its second attempt.
      const again = await worker.steps.next();
      assert.equal(again.jobId, job.jobId);
      assert.equal((await queue.get(job.jobId, { signal })).attempt, 2);
      again.answer();
      assert.equal((await settled(queue, job.jobId, signal)).state, 'succeeded');
    });

    test('a lease lives as long as its worker, however long the job', async ({ signal }) => {
      const [leaseMs, clock] = [300, createHeldClock()];
      const kept = await openQueue({ leaseMs, clock });
      const renewals = new EventEmitter<{ renewed: [atMs: number] }>();
      const queue: JobQueue = {
        ...kept,
        async renew(lease, options) {
          const askedAt = clock.now().getTime();
          const isKept = await kept.renew(lease, options);
          renewals.emit('renewed', askedAt);
          return isKept;
        },
      };
      await using worker = startWorker(queue, { clock });
      const { job } = await queue.enqueue(step('a'), { signal });
      const call = await worker.steps.next();
      for (let turn = 1; turn <= 6; turn += 1) {
        clock.advance(leaseMs * 0.6);
        while ((await once(renewals, 'renewed', { signal }))[0] < clock.now().getTime());
        assert.equal(await queue.sweep({ signal }), 0);
      }
      call.answer();
      const done = await settled(queue, job.jobId, signal);
      assert.deepEqual([done.state, done.attempt], ['succeeded', 1]);
    });

    test('two workers share the jobs, and each is run once', async ({ signal }) => {
      const queue = await openQueue();
      const ids: JobId[] = [];
      for (let turn = 0; turn < 30; turn += 1) {
        const { job } = await queue.enqueue({ tool: 'test.echo', params: { text: `${turn}` } }, { signal });
        ids.push(job.jobId);
      }
      await using _one = startWorker(queue);
      await using _other = startWorker(queue);
      const done: Job[] = [];
      for (const id of ids) done.push(await settled(queue, id, signal));
      assert.ok(done.every((job) => isEnded(job) && job.state === 'succeeded' && job.attempt === 1));
    });
  });
}

/** The job as soon as it is so. */
async function jobWhen(
  queue: JobQueue,
  jobId: JobId,
  isSo: (job: Job) => boolean,
  signal: AbortSignal,
): Promise<Job> {
  const changed = new Bell();
  using _ = queue.subscribe(changed.ring);
  for (;;) {
    const job = await queue.get(jobId, { signal });
    if (isSo(job)) return job;
    await changed.heard(1_000, { signal });
  }
}
