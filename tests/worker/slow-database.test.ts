import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSqlJobQueue } from '../../src/queue/sql-job-queue.ts';
import { createSqlJobTable } from '../../src/store/jobs/sql-job-table.ts';
import { keepLease } from '../../src/worker/keep-lease.ts';
import { createWorker } from '../../src/worker/worker.ts';
import { createJobCatalogue, StepCalls } from '../support/jobs/job-tools.ts';
import { shareDatabase, testPostgres } from '../support/postgres/databases.ts';
import { silentLogger } from '../support/telemetry/silent-logger.ts';
import { createHeldClock } from '../support/time/held-clock.ts';

const openDatabase = shareDatabase(testPostgres);
const LEASE_MS = 300;
type Gate = PromiseWithResolvers<void>;

test('renewals that a database leaves unanswered do not pile up, and go on with its answers', async (t) => {
  const { signal } = t;
  const clock = createHeldClock();
  const table = createSqlJobTable({ database: await openDatabase(), clock });
  const kept = createSqlJobQueue({ table, leaseMs: LEASE_MS, maxAttempts: 5 });
  const { job } = await kept.enqueue({ tool: 'test.step', params: {} }, { signal });
  const lease = await kept.claim({ tools: ['test.step'] }, { signal });
  assert.ok(lease !== null && lease.jobId === job.jobId);
  let asked = 0;
  const silence = Promise.withResolvers<void>();
  const answered = Promise.withResolvers<void>();
  const queue = {
    ...kept,
    async renew(...given: Parameters<typeof kept.renew>) {
      asked += 1;
      const turn = asked;
      await silence.promise;
      const isKept = await kept.renew(...given);
      if (turn === 3) answered.resolve();
      return isKept;
    },
  };

  t.mock.timers.enable({ apis: ['setInterval'] });
  using _keeping = keepLease({ queue, lease, clock, logger: silentLogger() });
  t.mock.timers.tick(20 * LEASE_MS);
  assert.equal(asked, 3);

  silence.resolve();
  await answered.promise;
  await new Promise(setImmediate);
  t.mock.timers.tick(LEASE_MS / 3);
  assert.equal(asked, 4);
});

test('a worker looks for jobs whose worker is gone one look at a time, however slow the answer', async (t) => {
  const clock = createHeldClock();
  const table = createSqlJobTable({ database: await openDatabase(), clock });
  const kept = createSqlJobQueue({ table, leaseMs: LEASE_MS, maxAttempts: 5 });
  let asked = 0;
  const [begun, silence, answered] = [0, 1, 2].map(() => Promise.withResolvers<void>()) as [Gate, Gate, Gate];
  const queue = {
    ...kept,
    async sweep(...given: Parameters<typeof kept.sweep>) {
      asked += 1;
      begun.resolve();
      await silence.promise;
      const swept = await kept.sweep(...given);
      answered.resolve();
      return swept;
    },
  };
  t.mock.timers.enable({ apis: ['setInterval'] });
  const stopping = new AbortController();
  const worker = createWorker({
    catalogue: createJobCatalogue(),
    services: { steps: new StepCalls() },
    queue,
    clock,
    logger: silentLogger(),
    maxConcurrency: 1,
    toolLimits: {},
  });
  const ended = worker.run({ signal: stopping.signal });
  await begun.promise;
  t.mock.timers.tick(20 * LEASE_MS);
  assert.equal(asked, 1);
  silence.resolve();
  await answered.promise;
  await new Promise(setImmediate);
  t.mock.timers.tick(LEASE_MS / 3);
  assert.equal(asked, 2);
  stopping.abort();
  await ended;
});
