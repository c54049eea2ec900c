import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { systemClock } from '../../src/domain/clock.ts';
import { createSqlJobQueue } from '../../src/queue/sql-job-queue.ts';
import { openPostgres } from '../../src/store/database/database.ts';
import { createSqlJobTable } from '../../src/store/jobs/sql-job-table.ts';
import { awaitJob } from '../../src/tools/jobs/await-job.ts';
import { createWorker } from '../../src/worker/worker.ts';
import { askUntil } from '../support/awaited.ts';
import { createJobCatalogue, StepCalls } from '../support/jobs/job-tools.ts';
import { openBreakableLink } from '../support/network/breakable-link.ts';
import { createTestPostgres } from '../support/postgres/databases.ts';
import { recordingLogger } from '../support/telemetry/log-lines.ts';

const STEP = { tool: 'test.step', params: { name: 'a' } };

describe('a database that goes away in the middle of a job', () => {
  type Bench = Awaited<ReturnType<typeof openBench>>;

  /** A worker behind a link that can be cut, and the queue as somebody sees it whose own way is whole. */
  async function openBench({ leaseMs }: { leaseMs: number }) {
    await using opening = new AsyncDisposableStack();
    const target = await createTestPostgres();
    const link = opening.use(await openBreakableLink(target));
    const queueAt = async (url: string) => {
      const database = opening.use(await openPostgres({ url, max: 4 }));
      return createSqlJobQueue({ table: createSqlJobTable({ database }), leaseMs, maxAttempts: 5 });
    };
    const outside = await queueAt(target);
    const queue = await queueAt(link.url);
    const steps = new StepCalls();
    const { lines, logger } = recordingLogger();
    const stopping = new AbortController();
    const worker = createWorker({
      catalogue: createJobCatalogue(),
      services: { steps },
      queue,
      clock: systemClock,
      logger,
      maxConcurrency: 1,
      toolLimits: {},
    });
    const working = worker.run({ signal: stopping.signal });
    opening.defer(async () => {
      stopping.abort();
      await working;
    });
    const stack = opening.move();
    return { outside, link, steps, lines, [Symbol.asyncDispose]: () => stack.disposeAsync() };
  }

  test('within the lease, the job’s end is written down as soon as it is back', async ({ signal }) => {
    await using bench = await openBench({ leaseMs: 60_000 });
    const { outside, link, steps, lines } = bench;
    const { job } = await outside.enqueue(STEP, { signal });
    const call = await steps.next();
    link.cut();
    call.tell(50);
    call.answer();
    const warned = 'how a job ended could not be written down yet';
    const look = async () => lines.find(({ msg }) => msg === warned) ?? null;
    await askUntil(look, {
      what: 'the warning',
      came: () => lines.map(({ msg }) => msg).join('; '),
      pauseMs: 0,
    });
    link.mend();
    const done = await awaitJob(outside, { jobId: job.jobId, waitMs: Number.POSITIVE_INFINITY }, { signal });
    assert.deepEqual([done.state, done.attempt, steps.all.length], ['succeeded', 1, 1]);
    assert.deepEqual(await outside.findResult(job.jobId, { signal }), { name: 'a' });
  });

  /**
   * A job whose tool is stopped by what happens to the link, and goes on when it is mended; resolves to the
   * renewals that had failed.
   */
  async function breakBeyondLease(bench: Bench, breakLink: () => void, signal: AbortSignal) {
    const { outside, link, steps } = bench;
    const { job } = await outside.enqueue(STEP, { signal });
    const call = await steps.next();
    const stopped = once(call.signal, 'abort');
    breakLink();
    await stopped;
    const renewals = bench.lines.filter(({ msg }) => msg === 'the lease of a job could not be renewed');
    link.mend();
    const again = await steps.next();
    assert.equal(again.jobId, job.jobId);
    again.answer();
    const done = await awaitJob(outside, { jobId: job.jobId, waitMs: Number.POSITIVE_INFINITY }, { signal });
    assert.deepEqual([done.state, done.attempt], ['succeeded', 2]);
    return renewals;
  }

  test('beyond the lease, the tool is stopped and the job is tried again', async ({ signal }) => {
    await using bench = await openBench({ leaseMs: 600 });
    await breakBeyondLease(bench, () => bench.link.cut(), signal);
  });

  test('silent beyond the lease, it is not waited for: the tool is stopped when the lease lapses', async ({
    signal,
  }) => {
    await using bench = await openBench({ leaseMs: 600 });
    const renewals = await breakBeyondLease(bench, () => bench.link.freeze(), signal);
    assert.ok(renewals.length > 0);
    for (const { err } of renewals) assert.match(JSON.stringify(err), /no answer within 200 ms/);
  });
});
