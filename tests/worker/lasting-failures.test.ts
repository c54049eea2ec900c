import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { test } from 'node:test';
import { systemClock } from '../../src/domain/clock.ts';
import { BehindHeadError } from '../../src/errors/behind-head-error.ts';
import { createSqlJobQueue } from '../../src/queue/sql-job-queue.ts';
import { createSqlJobTable } from '../../src/store/jobs/sql-job-table.ts';
import { awaitJob } from '../../src/tools/jobs/await-job.ts';
import { createWorker } from '../../src/worker/worker.ts';
import { createJobCatalogue, StepCalls } from '../support/jobs/job-tools.ts';
import { shareDatabase, testPostgres } from '../support/postgres/databases.ts';
import { recordingLogger } from '../support/telemetry/log-lines.ts';

const openDatabase = shareDatabase(testPostgres);

test('a worker that may begin no job says so once for many looks, and once that it may again', async ({
  signal,
}) => {
  const table = createSqlJobTable({ database: await openDatabase(), clock: systemClock });
  const queue = createSqlJobQueue({ table, leaseMs: 30_000, maxAttempts: 5 });
  const { lines, logger } = recordingLogger();
  const looks = new EventEmitter();
  let isOvertaken = true;
  const requireFit = async () => {
    looks.emit('look');
    if (isOvertaken) throw new BehindHeadError({ missing: [], later: ['9999_later'] });
  };
  const stopping = new AbortController();
  const worker = createWorker({
    ...{ catalogue: createJobCatalogue(), services: { steps: new StepCalls() }, queue, clock: systemClock },
    ...{ logger, maxConcurrency: 1, toolLimits: {}, requireFit },
  });
  const ended = worker.run({ signal: stopping.signal });
  const echo = (text: string) => queue.enqueue({ tool: 'test.echo', params: { text } }, { signal });
  for (const text of ['one', 'two', 'three']) {
    const seen = once(looks, 'look', { signal });
    await echo(text);
    await seen;
  }
  isOvertaken = false;
  const { job } = await echo('four');
  await awaitJob(queue, { jobId: job.jobId, waitMs: Number.POSITIVE_INFINITY }, { signal });
  stopping.abort();
  await ended;

  const told = lines.filter(({ msg }) => /^(no job is|jobs are) begun/.test(String(msg)));
  assert.deepEqual(
    told.map(({ level, msg }) => [level, String(msg).slice(0, 20)]),
    [
      ['warn', 'no job is begun: A l'],
      ['info', 'jobs are begun again'],
    ],
  );
  assert.ok(Number(told[1]?.failures) >= 3);
});
