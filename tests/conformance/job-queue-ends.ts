import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { JobId } from '../../src/domain/jobs/job.ts';
import {
  ANY,
  assertFails,
  claim,
  LASTING,
  LEASE_MS,
  MAX_ATTEMPTS,
  type OpenedQueues,
  PASSING,
  SYNC,
  UNKNOWN,
} from '../support/jobs/job-queues.ts';

/** What every JobQueue promises of jobs that fail, are cancelled or come to an end in parts. */
export function describeJobQueueEnds(name: string, open: () => Promise<OpenedQueues>): void {
  describe(`job queue on ${name}: failing`, () => {
    test('what would fail again fails the job at once', async ({ signal }) => {
      await using opened = await open();
      await opened.queue.enqueue(SYNC, { signal });
      const job = await claim(opened.queue, signal);
      assert.ok(await opened.queue.fail(job, LASTING, { signal }));
      const { state, error, finishedAt } = await opened.other.get(job.jobId, { signal });
      assert.deepEqual([state, error], ['failed', { errorCode: 'VALIDATION', message: '`term` is wrong.' }]);
      assert.equal(finishedAt, '2026-03-01T00:00:00.000Z');
    });

    test('what may pass is tried again after longer and longer pauses, with a warning, five times', async ({
      signal,
    }) => {
      await using opened = await open();
      await opened.queue.enqueue(SYNC, { signal });
      for (const pauseMs of [5_000, 10_000, 20_000, 40_000]) {
        const job = await claim(opened.queue, signal);
        await opened.queue.saveProgress(job, { pct: 0, message: 'listing' }, { signal });
        assert.ok(await opened.queue.fail(job, PASSING, { signal }));
        const { state, error, progress } = await opened.other.get(job.jobId, { signal });
        assert.deepEqual([state, error], ['queued', null]);
        assert.equal(
          progress?.warning,
          `PubMed cannot be reached. Attempt ${job.attempt} failed; the next one follows in ${pauseMs / 1_000} s.`,
        );
        opened.clock.advance(pauseMs - 1);
        assert.equal(await opened.queue.claim(ANY, { signal }), null);
        opened.clock.advance(1);
      }
      const last = await claim(opened.queue, signal);
      assert.equal(last.attempt, MAX_ATTEMPTS);
      await opened.queue.fail(last, PASSING, { signal });
      const { state, error } = await opened.other.get(last.jobId, { signal });
      assert.deepEqual([state, error?.errorCode], ['failed', 'PUBMED_UNAVAILABLE']);
    });

    test('the pause is as long as the source asks for', async ({ signal }) => {
      await using opened = await open();
      await opened.queue.enqueue(SYNC, { signal });
      await opened.queue.fail(
        await claim(opened.queue, signal),
        { ...PASSING, retryAfterMs: 60_000 },
        { signal },
      );
      opened.clock.advance(59_999);
      assert.equal(await opened.queue.claim(ANY, { signal }), null);
      opened.clock.advance(1);
      await claim(opened.queue, signal);
    });

    test('attempts count anew once one got further than every one before', async ({ signal }) => {
      await using opened = await open();
      await opened.queue.enqueue(SYNC, { signal });
      const failNext = async (pct: number) => {
        const job = await claim(opened.queue, signal);
        await opened.queue.saveProgress(job, { pct }, { signal });
        await opened.queue.fail(job, PASSING, { signal });
        opened.clock.advance(300_000);
        return job.attempt;
      };
      const attempts: number[] = [];
      for (const pct of [0, 0, 0, 10, 10, 5, 10.1, 0]) attempts.push(await failNext(pct));
      assert.deepEqual(attempts, [1, 2, 3, 4, 1, 2, 3, 1]);
    });

    test('a job whose worker is killed again and again fails in the end', async ({ signal }) => {
      await using opened = await open();
      await opened.queue.enqueue(SYNC, { signal });
      for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
        const job = await claim(opened.queue, signal);
        assert.equal(job.attempt, attempt);
        opened.clock.advance(LEASE_MS);
        assert.equal(await opened.other.sweep({ signal }), 1);
      }
      assert.equal(await opened.queue.claim(ANY, { signal }), null);
      const [job] = await opened.queue.list({ limit: 1, after: null }, { signal });
      assert.deepEqual([job?.state, job?.error?.errorCode], ['failed', 'INTERNAL']);
    });
  });

  describe(`job queue on ${name}: cancelling`, () => {
    test('a queued job is never claimed again', async ({ signal }) => {
      await using opened = await open();
      const { job } = await opened.queue.enqueue(SYNC, { signal });
      const cancelled = await opened.other.cancel(job.jobId, { signal });
      assert.deepEqual([cancelled.state, cancelled.error?.errorCode], ['failed', 'CANCELLED']);
      assert.equal(await opened.queue.claim(ANY, { signal }), null);
    });

    test('a running job is taken from its worker', async ({ signal }) => {
      await using opened = await open();
      await opened.queue.enqueue(SYNC, { signal });
      const job = await claim(opened.queue, signal);
      await opened.other.cancel(job.jobId, { signal });
      assert.equal(await opened.queue.renew(job, { signal }), false);
      assert.equal(await opened.queue.succeed(job, { result: {}, resultRef: null }, { signal }), false);
      assert.equal((await opened.queue.get(job.jobId, { signal })).error?.errorCode, 'CANCELLED');
    });

    test('what has ended cannot be cancelled, and stays as it is', async ({ signal }) => {
      await using opened = await open();
      const { job } = await opened.queue.enqueue(SYNC, { signal });
      await opened.queue.succeed(
        await claim(opened.queue, signal),
        { result: {}, resultRef: null },
        { signal },
      );
      const before = await opened.queue.get(job.jobId, { signal });
      await assertFails('JOB_FINISHED', opened.queue.cancel(job.jobId, { signal }));
      await opened.queue.takeOver({ signal });
      assert.deepEqual(await opened.queue.get(job.jobId, { signal }), before);
    });

    test('the parts of a job go with it', async ({ signal }) => {
      await using opened = await open();
      const { job } = await opened.queue.enqueue(SYNC, { signal });
      const part = { tool: 'pubmed.load', params: { source: 'a' }, parentJobId: job.jobId };
      const child = (await opened.queue.enqueue(part, { signal })).job;
      assert.equal(child.parentJobId, job.jobId);
      assert.equal((await opened.queue.cancel(job.jobId, { signal })).jobId, job.jobId);
      assert.equal((await opened.queue.get(child.jobId, { signal })).error?.errorCode, 'CANCELLED');
    });

    test('an unknown job is not found', async ({ signal }) => {
      await using opened = await open();
      await assertFails('NOT_FOUND', opened.queue.cancel(UNKNOWN, { signal }));
      await assertFails('NOT_FOUND', opened.queue.get(UNKNOWN, { signal }));
      assert.equal(await opened.queue.find(UNKNOWN, { signal }), null);
    });
  });

  describe(`job queue on ${name}: parts of a job`, () => {
    const LOAD = { tool: 'pubmed.load', params: { source: '/nlm' } };
    const PARTS = ['/nlm/1', '/nlm/2', '/nlm/3'].map((source) => ({ params: { source }, inTurn: false }));

    async function split({ queue }: OpenedQueues, signal: AbortSignal): Promise<JobId> {
      const { job } = await queue.enqueue({ ...LOAD, traceId: 'a'.repeat(32) }, { signal });
      assert.ok(await queue.split(await claim(queue, signal), PARTS, { signal }));
      return job.jobId;
    }

    test('a split job waits without a lease, and its parts are claimed in their order', async ({
      signal,
    }) => {
      await using opened = await open();
      const parent = await split(opened, signal);
      opened.clock.advance(10 * LEASE_MS);
      assert.equal(await opened.other.sweep({ signal }), 0);
      assert.equal((await opened.queue.get(parent, { signal })).state, 'running');
      for (const { params } of PARTS) {
        const part = await claim(opened.other, signal);
        assert.deepEqual([part.tool, part.params, part.parentJobId], ['pubmed.load', params, parent]);
        assert.equal(part.traceId, 'a'.repeat(32));
      }
      assert.equal(await opened.queue.claim(ANY, { signal }), null);
    });

    test('a part in turn is not claimed before all in front of it have ended, however they end', async ({
      signal,
    }) => {
      await using opened = await open();
      const { queue } = opened;
      await queue.enqueue(LOAD, { signal });
      const mixed = PARTS.map((part, at) => ({ ...part, inTurn: at === 2 }));
      await queue.split(await claim(queue, signal), mixed, { signal });
      const [first, second] = [await claim(queue, signal), await claim(queue, signal)];
      assert.equal(await queue.claim(ANY, { signal }), null);
      await queue.succeed(first, { result: {}, resultRef: null }, { signal });
      await queue.fail(second, PASSING, { signal });
      assert.equal(await queue.claim(ANY, { signal }), null);
      opened.clock.advance(5_000);
      await queue.fail(await claim(queue, signal), LASTING, { signal });
      assert.deepEqual((await claim(queue, signal)).params, mixed[2]?.params);
    });

    test('the parent adds up what its parts tell, and ends when they have', async ({ signal }) => {
      await using opened = await open();
      const parent = await split(opened, signal);
      const parts = [
        await claim(opened.queue, signal),
        await claim(opened.other, signal),
        await claim(opened.queue, signal),
      ];
      for (const [at, part] of parts.entries()) {
        await opened.queue.saveProgress(part, { found: 100, archived: 90 + at, pct: 30 }, { signal });
      }
      const during = await opened.other.get(parent, { signal });
      assert.equal(during.state, 'running');
      assert.deepEqual(during.progress, {
        found: 300,
        fetched: 0,
        archived: 273,
        skipped: 0,
        indexed: 0,
        failed: 0,
        pct: 30,
        message: '0 of 3 parts are done',
      });
      await Promise.all(
        parts.map((part, at) =>
          opened.queue.succeed(part, { result: { number: at }, resultRef: `file:///${at}` }, { signal }),
        ),
      );
      const done = await opened.other.get(parent, { signal });
      assert.deepEqual(
        [done.state, done.progress?.pct, done.resultRef],
        ['succeeded', 100, `/v1/jobs/${parent}/result`],
      );
      assert.deepEqual(await opened.other.findResult(parent, { signal }), {
        parts: parts.map(({ jobId }, at) => ({
          job_id: jobId,
          state: 'succeeded',
          result_ref: `file:///${at}`,
        })),
      });
      assert.deepEqual(
        await opened.other.findPartResults(parent, { signal }),
        parts.map((_, at) => ({ number: at })),
      );
    });

    test('states are told of the jobs that there are, all at once', async ({ signal }) => {
      await using opened = await open();
      const parent = await split(opened, signal);
      const failed = await claim(opened.queue, signal);
      await opened.queue.fail(failed, LASTING, { signal });
      const states = await opened.other.findStates([parent, failed.jobId, UNKNOWN], { signal });
      assert.deepEqual(
        states,
        new Map([
          [parent, 'running'],
          [failed.jobId, 'failed'],
        ]),
      );
    });

    test('a part that fails lets the others go on, and fails the parent in the end', async ({ signal }) => {
      await using opened = await open();
      const parent = await split(opened, signal);
      await opened.queue.fail(await claim(opened.queue, signal), LASTING, { signal });
      assert.equal((await opened.queue.get(parent, { signal })).state, 'running');
      await opened.queue.succeed(
        await claim(opened.queue, signal),
        { result: {}, resultRef: null },
        { signal },
      );
      await opened.queue.cancel((await claim(opened.queue, signal)).jobId, { signal });
      const { state, error } = await opened.queue.get(parent, { signal });
      const message = '2 of 3 parts failed; the first: `term` is wrong.';
      assert.deepEqual([state, error], ['failed', { errorCode: 'VALIDATION', message }]);
    });

    test('parts are listed by their parent or left out, and counted by state', async ({ signal }) => {
      await using opened = await open();
      const parent = await split(opened, signal);
      await opened.queue.enqueue({ tool: 'ping', params: {} }, { signal });
      await opened.queue.fail(await claim(opened.queue, signal), LASTING, { signal });
      const list = async (page: object) =>
        (await opened.other.list({ limit: 9, after: null, ...page }, { signal })).map(
          (job) => job.parentJobId,
        );
      assert.deepEqual(await list({ parentJobId: parent }), [parent, parent, parent]);
      assert.deepEqual(await list({ parentJobId: parent, state: 'failed' }), [parent]);
      assert.deepEqual(await list({ withParts: false }), [null, null]);
      for (const filter of [
        { parentJobId: parent },
        { withParts: false },
        { state: 'failed', tool: 'ping' },
        {},
      ] as const)
        assert.equal(await opened.other.count(filter, { signal }), (await list(filter)).length);
      const counts = { queued: 2, running: 0, succeeded: 0, failed: 1 };
      assert.deepEqual(await opened.other.countParts(parent, { signal }), counts);
      const none = { queued: 0, running: 0, succeeded: 0, failed: 0 };
      assert.deepEqual(await opened.other.countParts(UNKNOWN, { signal }), none);
    });

    test('a cancelled parent takes its parts with it', async ({ signal }) => {
      await using opened = await open();
      const parent = await split(opened, signal);
      const part = await claim(opened.queue, signal);
      await opened.other.cancel(parent, { signal });
      assert.equal(await opened.queue.renew(part, { signal }), false);
      assert.equal(await opened.queue.claim(ANY, { signal }), null);
      const failed = await opened.queue.list({ state: 'failed', limit: 9, after: null }, { signal });
      assert.deepEqual(
        failed.map(({ error }) => error?.errorCode),
        Array(4).fill('CANCELLED'),
      );
    });

    test('whoever lost the lease splits nothing', async ({ signal }) => {
      await using opened = await open();
      await opened.queue.enqueue(LOAD, { signal });
      const stale = await claim(opened.queue, signal);
      await opened.other.takeOver({ signal });
      assert.equal(await opened.queue.split(stale, PARTS, { signal }), false);
      assert.equal((await opened.queue.list({ limit: 9, after: null }, { signal })).length, 1);
    });
  });
}
