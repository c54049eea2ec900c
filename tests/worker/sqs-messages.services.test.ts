import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { systemClock } from '../../src/domain/clock.ts';
import type { JobId } from '../../src/domain/jobs/job.ts';
import { BehindHeadError } from '../../src/errors/behind-head-error.ts';
import { Bell } from '../../src/queue/bell.ts';
import { createSqlJobQueue } from '../../src/queue/sql-job-queue.ts';
import { openSqsJobMessages } from '../../src/queue/sqs-job-messages.ts';
import { createSqsJobQueue } from '../../src/queue/sqs-job-queue.ts';
import { openPostgres } from '../../src/store/database/database.ts';
import { createSqlJobTable } from '../../src/store/jobs/sql-job-table.ts';
import { awaitJob } from '../../src/tools/jobs/await-job.ts';
import { createWorker } from '../../src/worker/worker.ts';
import { askUntil } from '../support/awaited.ts';
import { type SqsFault, startFaultySqs } from '../support/jobs/faulty-sqs.ts';
import { createJobCatalogue, StepCalls } from '../support/jobs/job-tools.ts';
import { createTestQueues, SQS_URL, withoutSqs } from '../support/jobs/sqs-queues.ts';
import { openBreakableLink } from '../support/network/breakable-link.ts';
import { createTestPostgres } from '../support/postgres/databases.ts';
import { recordingLogger } from '../support/telemetry/log-lines.ts';

const RULES = { leaseMs: 30_000, maxAttempts: 5 };

describe('workers that SQS wakes', { skip: withoutSqs }, () => {
  /**
   * Queues behind a proxy and a database behind a link, as workers have them; and both as the test
   * itself has them.
   */
  async function openBench({ visibilitySeconds = 30 } = {}) {
    await using opening = new AsyncDisposableStack();
    const workers = opening.use(new AsyncDisposableStack());
    const queues = opening.use(await createTestQueues({ visibilitySeconds }));
    const faulty = opening.use(await startFaultySqs(SQS_URL));
    const url = await createTestPostgres();
    const database = opening.use(await openPostgres({ url, max: 4 }));
    const link = opening.use(await openBreakableLink(url));
    // The rows alone: what the test enqueues here, no message tells of.
    const rows = createSqlJobQueue({ table: createSqlJobTable({ database }), ...RULES });
    const open = async () => {
      const theirs = opening.use(await openPostgres({ url: link.url, max: 4 }));
      const messages = opening.use(
        await openSqsJobMessages({
          queueUrl: faulty.through(queues.queueUrl),
          dlqUrl: faulty.through(queues.dlqUrl),
        }),
      );
      const { lines, logger } = recordingLogger();
      const table = createSqlJobTable({ database: theirs });
      const queue = createSqsJobQueue({ table, ...RULES, messages, logger });
      const steps = new StepCalls();
      const startWorker = ({ maxConcurrency = 4, requireFit = async () => {} } = {}) => {
        const stopping = new AbortController();
        const worker = createWorker({
          catalogue: createJobCatalogue(),
          services: { steps },
          queue,
          messages,
          clock: systemClock,
          logger,
          maxConcurrency,
          toolLimits: {},
          requireFit,
        });
        const working = worker.run({ signal: stopping.signal });
        workers.defer(() => {
          stopping.abort();
          return working;
        });
      };
      return { queue, messages, lines, steps, startWorker };
    };
    const [one, other] = [await open(), await open()];
    const stack = opening.move();
    const dispose = async () => {
      await workers.disposeAsync();
      await stack.disposeAsync();
    };
    return { queues, faulty, link, rows, one, other, [Symbol.asyncDispose]: dispose };
  }

  const settled = (queue: Parameters<typeof awaitJob>[0], jobId: JobId, signal: AbortSignal) =>
    awaitJob(queue, { jobId, waitMs: Number.POSITIVE_INFINITY }, { signal });
  const echo = (text: string) => ({ tool: 'test.echo', params: { text } });

  test('a message without a job is dead-lettered with its reason, and the worker lives on', async ({
    signal,
  }) => {
    await using bench = await openBench();
    const { queues, one, rows } = bench;
    const unknown = '00000000-0000-4000-8000-000000000000';
    const bad = [
      ['{"tool":', 'not_json', 'VALIDATION'],
      ['"test.echo"', 'malformed', 'VALIDATION'],
      ['{"job_id":"7","tool":"test.echo"}', 'malformed', 'VALIDATION'],
      ['{"tool":"test.echo","params":{"text":"no key"}}', 'malformed', 'VALIDATION'],
      [`{"job_id":"${unknown}","tool":"test.ecco"}`, 'unknown_tool', 'TOOL_NOT_FOUND'],
      [`{"job_id":"${unknown}","tool":"test.echo"}`, 'unknown_job', 'NOT_FOUND'],
      ['{"tool":"test.echo","params":{"txet":"a"},"idempotency_key":"k1"}', 'refused', 'VALIDATION'],
      [
        '{"tool":"test.echo","params":{"text":"other"},"idempotency_key":"k2"}',
        'refused',
        'IDEMPOTENCY_CONFLICT',
      ],
    ] as const;
    await rows.enqueue({ ...echo('first'), idempotencyKey: 'k2' }, { signal });
    for (const [body] of bad) await queues.send(body);
    one.startWorker();
    await queues.emptied();
    const dead = await queues.listDead();
    const byBody = (a: { body: string }, b: { body: string }) => (a.body < b.body ? -1 : 1);
    assert.deepEqual(
      dead.sort(byBody),
      bad.map(([body, reason, errorCode]) => ({ body, reason, errorCode })).sort(byBody),
    );
    const { job } = await one.queue.enqueue(echo('good'), { signal });
    assert.equal((await settled(rows, job.jobId, signal)).state, 'succeeded');
    assert.equal((await rows.list({ limit: 100, after: null }, { signal })).length, 2);
  });

  test('a scheduler’s message makes one job, however often it arrives, in the scheduler’s trace', async ({
    signal,
  }) => {
    await using bench = await openBench();
    const { queues, one, other, rows } = bench;
    const night = { ...echo('nightly'), idempotency_key: 'night of 2026-03-01' };
    const body = JSON.stringify(night);
    const traceparent = `00-${'d'.repeat(32)}-${'e'.repeat(16)}-01`;
    await queues.send(JSON.stringify({ job_id: null, ...night }), { traceparent });
    for (let delivery = 0; delivery < 6; delivery += 1) await queues.send(body, { traceparent });
    one.startWorker();
    other.startWorker();
    await queues.emptied();
    const jobs = await rows.list({ limit: 100, after: null }, { signal });
    assert.equal(jobs.length, 1);
    assert.deepEqual([jobs[0]?.traceId, jobs[0]?.surface], ['d'.repeat(32), 'http']);
    assert.ok(jobs[0] !== undefined);
    const done = await settled(rows, jobs[0].jobId, signal);
    assert.deepEqual([done.state, done.attempt], ['succeeded', 1]);
    assert.equal((await queues.count()).dead, 0);
  });

  test('of jobs whose messages arrive twice and out of order, two workers run each once', async ({
    signal,
  }) => {
    await using bench = await openBench();
    const { queues, one, other, rows } = bench;
    const ids: JobId[] = [];
    for (let turn = 0; turn < 20; turn += 1)
      ids.push((await one.queue.enqueue(echo(`${turn}`), { signal })).job.jobId);
    const again = { tool: 'test.echo', params: null, idempotency_key: null };
    for (const id of ids.toReversed()) await queues.send(JSON.stringify({ job_id: id, ...again }));
    assert.equal((await queues.count()).waiting, 40);
    one.startWorker();
    other.startWorker();
    for (const id of ids) {
      const { state, attempt } = await settled(rows, id, signal);
      assert.deepEqual([state, attempt], ['succeeded', 1]);
    }
    await queues.emptied();
    const started = [...one.lines, ...other.lines].filter(({ msg }) => msg === 'a job starts');
    assert.deepEqual(started.map(({ job_id }) => job_id).toSorted(), ids.toSorted());
    assert.equal((await queues.count()).dead, 0);
    assert.equal((await rows.list({ limit: 100, after: null }, { signal })).length, 20);
  });

  test('a job that fails for good ends up in the dead-letter queue once', async ({ signal }) => {
    await using bench = await openBench();
    const { queues, one, rows } = bench;
    one.startWorker();
    const { job } = await one.queue.enqueue({ tool: 'test.wrong', params: {} }, { signal });
    assert.equal((await settled(rows, job.jobId, signal)).state, 'failed');
    await queues.send(JSON.stringify({ job_id: job.jobId, tool: 'test.wrong' }));
    await queues.emptied();
    const look = async () => ((await queues.count()).dead === 0 ? null : 'one');
    await askUntil(look, { what: 'a dead letter', pauseMs: 0 });
    const dead = await queues.listDead();
    assert.deepEqual(
      dead.map(({ reason, errorCode }) => [reason, errorCode]),
      [['job_failed', 'ARCHIVE_CORRUPT']],
    );
  });

  for (const fault of ['down', 'denied', 'slow'] as const satisfies SqsFault[]) {
    test(`while SQS is ${fault}, from the start and in the middle, jobs run; after that its messages count again`, async ({
      signal,
    }) => {
      await using bench = await openBench();
      const { queues, faulty, one, rows } = bench;
      const run = async (text: string) => {
        const { job } = await one.queue.enqueue(echo(text), { signal });
        assert.equal((await settled(rows, job.jobId, signal)).state, 'succeeded');
      };
      faulty.fault = fault;
      const met = faulty.meets('ReceiveMessage', fault);
      one.startWorker();
      await met;
      await run('from the start');
      faulty.fault = 'none';
      await run('between');
      faulty.fault = fault;
      await run('in the middle');
      faulty.fault = 'none';
      const body = JSON.stringify({ ...echo('scheduled'), idempotency_key: 'after' });
      await queues.send(body);
      await queues.emptied();
      const jobs = await rows.list({ limit: 100, after: null }, { signal });
      assert.deepEqual(
        jobs.map(({ params }) => params.text),
        ['scheduled', 'in the middle', 'between', 'from the start'],
      );
      assert.equal((await queues.count()).dead, 0);
    });
  }

  test('a message that comes while the database is away comes again, and is not given up', async ({
    signal,
  }) => {
    await using bench = await openBench({ visibilitySeconds: 1 });
    const { queues, faulty, link, one, rows } = bench;
    const met = faulty.meets('ReceiveMessage', 'none');
    one.startWorker();
    await met;
    link.cut();
    await queues.send(JSON.stringify({ ...echo('scheduled'), idempotency_key: 'k' }));
    const warned = 'messages cannot be received; the worker looks at the jobs themselves';
    const look = async () => one.lines.find(({ msg }) => msg === warned) ?? null;
    await askUntil(look, { what: 'the warning', pauseMs: 0 });
    link.mend();
    const jobs = new Bell();
    using _ = rows.subscribe(jobs.ring);
    for (;;) {
      const [job] = await rows.list({ limit: 1, after: null }, { signal });
      if (job?.state === 'succeeded') break;
      await jobs.heard(1_000, { signal });
    }
    await queues.emptied();
    assert.equal((await queues.count()).dead, 0);
  });

  test('a worker that a later release has overtaken while it had no room leaves messages to that one', async ({
    signal,
  }) => {
    await using bench = await openBench();
    const { queues, one, other } = bench;
    let isOvertaken = false;
    const requireFit = async () => {
      if (isOvertaken) throw new BehindHeadError({ missing: [], later: ['9999_later'] });
    };
    // Before the worker starts, so that there is one message of it, which the first receive brings.
    await one.queue.enqueue({ tool: 'test.step', params: { name: 'last' } }, { signal });
    one.startWorker({ maxConcurrency: 1, requireFit });
    const last = await one.steps.next();
    await queues.emptied();
    isOvertaken = true;
    await queues.send(JSON.stringify({ ...echo('next'), idempotency_key: 'k' }));
    last.answer();
    const look = async () => one.lines.find(({ msg }) => /^no message is/.test(String(msg))) ?? null;
    const { msg } = await askUntil(look, { what: 'the warning', pauseMs: 0 });
    assert.match(String(msg), /A later release has migrated the database \(9999_later\)/);

    const left = await other.messages.receive({ atMost: 1 }, { signal });
    assert.equal(left.length, 1);
  });
});
