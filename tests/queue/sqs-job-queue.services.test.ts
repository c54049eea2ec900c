import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import type { JobMessages } from '../../src/queue/job-messages.ts';
import { openSqsJobMessages } from '../../src/queue/sqs-job-messages.ts';
import { createSqsJobQueue } from '../../src/queue/sqs-job-queue.ts';
import { createSqlJobTable } from '../../src/store/jobs/sql-job-table.ts';
import { describeJobQueue } from '../conformance/job-queue.ts';
import { describeJobQueueEnds } from '../conformance/job-queue-ends.ts';
import { describeJobQueueKeeping } from '../conformance/job-queue-keeping.ts';
import { startFaultySqs } from '../support/jobs/faulty-sqs.ts';
import {
  claim,
  KEEP_MS,
  LASTING,
  LEASE_MS,
  MAX_ATTEMPTS,
  type OpenedQueues,
  PASSING,
  SYNC,
} from '../support/jobs/job-queues.ts';
import { createTestQueues, SQS_URL, type TestQueues, withoutSqs } from '../support/jobs/sqs-queues.ts';
import { shareDatabase, testDatabases } from '../support/postgres/databases.ts';
import { recordingLogger } from '../support/telemetry/log-lines.ts';
import { silentLogger } from '../support/telemetry/silent-logger.ts';
import { createHeldClock } from '../support/time/held-clock.ts';

const [, postgres] = testDatabases;
assert.ok(postgres !== undefined);
const openDatabase = shareDatabase(postgres);

async function openQueues(messages: JobMessages, logger = silentLogger()): Promise<OpenedQueues> {
  const database = await openDatabase();
  const clock = createHeldClock();
  const open = () =>
    createSqsJobQueue({
      table: createSqlJobTable({ database, clock }),
      leaseMs: LEASE_MS,
      maxAttempts: MAX_ATTEMPTS,
      keepMs: KEEP_MS,
      messages,
      logger,
    });
  const dispose = async () => undefined;
  return { queue: open(), other: open(), clock, tellsWhenListening: true, [Symbol.asyncDispose]: dispose };
}

if (withoutSqs === false) {
  const shared = createTestQueues();
  const opening = shared.then((queues) => openSqsJobMessages(queues));
  after(async () => {
    await (await opening)[Symbol.asyncDispose]();
    await (await shared)[Symbol.asyncDispose]();
  });
  const open = async () => openQueues(await opening);
  describeJobQueue('PostgreSQL and SQS', open);
  describeJobQueueEnds('PostgreSQL and SQS', open);
  describeJobQueueKeeping('PostgreSQL and SQS', open);
}

describe('the messages of jobs', { skip: withoutSqs }, () => {
  async function openBench() {
    await using opening = new AsyncDisposableStack();
    const queues = opening.use(await createTestQueues());
    const faulty = opening.use(await startFaultySqs(SQS_URL));
    const urls = { queueUrl: faulty.through(queues.queueUrl), dlqUrl: faulty.through(queues.dlqUrl) };
    const messages = opening.use(await openSqsJobMessages(urls));
    const { lines, logger } = recordingLogger();
    const opened = await openQueues(messages, logger);
    const stack = opening.move();
    const dispose = () => stack.disposeAsync();
    return { ...opened, queues, faulty, lines, [Symbol.asyncDispose]: dispose };
  }

  const listSent = async (queues: TestQueues) =>
    (await queues.listWaiting()).map(({ Body }) => JSON.parse(Body ?? '') as { job_id: string });

  test('a new job is told of by its id, tool and parameters, and in its own trace', async ({ signal }) => {
    await using bench = await openBench();
    const traceId = 'c'.repeat(32);
    const params = { term: 'naïve \uFFFF \u0001' };
    const { job } = await bench.queue.enqueue({ ...SYNC, params, traceId }, { signal });
    const sent = await bench.queues.listWaiting();
    assert.equal(sent.length, 1);
    assert.deepEqual(JSON.parse(sent[0]?.Body ?? ''), { job_id: job.jobId, tool: 'pubmed.sync', params });
    assert.match(
      sent[0]?.MessageAttributes?.traceparent?.StringValue ?? '',
      new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`),
    );
  });

  test('parameters that fit no message are left out: the row has them', async ({ signal }) => {
    await using bench = await openBench();
    const params = { source: Array.from({ length: 4_000 }, (_, at) => `/nlm/pubmed26n${at}.xml.gz`) };
    const { job } = await bench.queue.enqueue({ tool: 'pubmed.load', params }, { signal });
    assert.deepEqual(await listSent(bench.queues), [{ job_id: job.jobId, tool: 'pubmed.load' }]);
  });

  test('the twin of a job is told of once', async ({ signal }) => {
    await using bench = await openBench();
    for (let turn = 0; turn < 3; turn += 1) await bench.queue.enqueue(SYNC, { signal });
    assert.equal((await listSent(bench.queues)).length, 1);
  });

  test('a job that waits for a minute is told of again, by one of the sweeps', async ({ signal }) => {
    await using bench = await openBench();
    const { queue, other, clock, queues } = bench;
    await queue.enqueue(SYNC, { signal });
    clock.advance(59_999);
    await Promise.all([queue.sweep({ signal }), other.sweep({ signal })]);
    assert.equal((await queues.count()).waiting, 1);
    clock.advance(1);
    await Promise.all([queue.sweep({ signal }), other.sweep({ signal })]);
    assert.equal((await queues.count()).waiting, 2);
  });

  test('a job whose lease lapsed, one that is put back and one whose pause is over are told of again', async ({
    signal,
  }) => {
    await using bench = await openBench();
    const { queue, other, clock, queues } = bench;
    await queue.enqueue(SYNC, { signal });
    const assertTold = async (times: number) => assert.equal((await queues.count()).waiting, times);
    await claim(queue, signal);
    await assertTold(1);
    clock.advance(LEASE_MS);
    await other.sweep({ signal });
    await assertTold(2);
    await queue.putBack(await claim(queue, signal), { signal });
    await assertTold(3);
    await queue.fail(await claim(queue, signal), PASSING, { signal });
    await assertTold(3);
    clock.advance(10_000);
    await other.sweep({ signal });
    await assertTold(4);
  });

  test('a part is told of when its turn has come', async ({ signal }) => {
    await using bench = await openBench();
    const { queue, other, queues } = bench;
    await queue.enqueue({ tool: 'pubmed.load', params: { source: '/nlm' } }, { signal });
    const parts = ['/nlm/1', '/nlm/2'].map((source) => ({ params: { source }, inTurn: true }));
    await queue.split(await claim(queue, signal), parts, { signal });
    assert.equal((await queues.count()).waiting, 2);
    await queue.succeed(await claim(queue, signal), { result: {}, resultRef: null }, { signal });
    await other.sweep({ signal });
    assert.equal((await queues.count()).waiting, 3);
  });

  test('a job that failed for good is dead-lettered once, with its code; one that was cancelled is not', async ({
    signal,
  }) => {
    await using bench = await openBench();
    const { queue, other, queues, clock } = bench;
    const { job } = await queue.enqueue(SYNC, { signal });
    await queue.fail(await claim(queue, signal), LASTING, { signal });
    const { job: unwanted } = await queue.enqueue(SYNC, { signal });
    await queue.cancel(unwanted.jobId, { signal });
    clock.advance(120_000);
    await Promise.all([queue.sweep({ signal }), other.sweep({ signal })]);
    const body = JSON.stringify({ job_id: job.jobId, tool: SYNC.tool, params: SYNC.params });
    assert.deepEqual(await queues.listDead(), [{ body, reason: 'job_failed', errorCode: 'VALIDATION' }]);
  });

  for (const fault of ['down', 'denied', 'slow'] as const) {
    test(`a job is accepted while SQS is ${fault}, and told of by the sweep after that`, async ({
      signal,
    }) => {
      await using bench = await openBench();
      const { queue, other, queues, clock, faulty } = bench;
      faulty.fault = fault;
      const { job } = await queue.enqueue(SYNC, { signal });
      assert.equal(job.state, 'queued');
      await queue.fail(await claim(queue, signal), LASTING, { signal });
      const { job: second } = await queue.enqueue(SYNC, { signal });
      faulty.fault = 'none';
      clock.advance(60_000);
      await other.sweep({ signal });
      const sent = await listSent(queues);
      assert.ok(sent.some(({ job_id }) => job_id === second.jobId));
      assert.ok((await queues.listDead()).some(({ body }) => JSON.parse(body).job_id === job.jobId));
    });
  }

  test('an SQS that refuses is told of once, and is over with the first message that it takes', async ({
    signal,
  }) => {
    await using bench = await openBench();
    const { queue, clock, faulty, lines } = bench;
    faulty.fault = 'denied';
    await queue.enqueue(SYNC, { signal });
    for (let sweeps = 0; sweeps < 3; sweeps += 1) {
      await queue.sweep({ signal }); // what was tried within the minute is not tried again
      clock.advance(60_000);
      await queue.sweep({ signal });
    }
    const listTold = () => lines.filter(({ msg }) => /the message queue .* told of/.test(String(msg)));
    assert.deepEqual(
      listTold().map(({ level }) => level),
      ['warn'],
    );
    faulty.fault = 'none';
    clock.advance(60_000);
    await queue.sweep({ signal });
    const { level, failures } = listTold().at(-1) ?? {};
    assert.deepEqual([level, failures], ['info', 4]);
  });
});
