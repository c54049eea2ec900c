import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { JobId, LeasedJob } from '../../src/domain/job.ts';
import { BioMcpError, type ErrorCode } from '../../src/errors/bio-mcp-error.ts';
import type { JobQueue, QueueChange } from '../../src/queue/job-queue.ts';
import type { HeldClock } from '../support/held-clock.ts';

export const LEASE_MS = 30_000;
export const MAX_ATTEMPTS = 5;

/** Two queues on one database, as two processes have it; both keep to `clock`. */
export interface OpenedQueues extends AsyncDisposable {
  queue: JobQueue;
  other: JobQueue;
  clock: HeldClock;
  /** Whether a subscription hears `null` once it hears everything; else it does from the start. */
  tellsWhenListening: boolean;
}

const UNKNOWN = '00000000-0000-4000-8000-000000000000' as JobId;
const SYNC = { tool: 'pubmed.sync', params: { term: 'glioma' } };
const PASSING = {
  errorCode: 'PUBMED_UNAVAILABLE',
  message: 'PubMed cannot be reached.',
  retryable: true,
  retryAfterMs: null,
  resultRef: 'file:///manifest.json',
};
const LASTING = {
  errorCode: 'VALIDATION',
  message: '`term` is wrong.',
  retryable: false,
  retryAfterMs: null,
  resultRef: 'file:///manifest.json',
};
const ANY = { tools: ['ping', 'pubmed.sync', 'pubmed.sync.incremental', 'pubmed.load'] };

/** What every JobQueue promises. */
export function describeJobQueue(name: string, open: () => Promise<OpenedQueues>): void {
  describe(`job queue on ${name}: enqueuing`, () => {
    test('a new job is queued and tells everything that is known of it', async ({ signal }) => {
      await using opened = await open();
      const { job, deduplicated } = await opened.queue.enqueue(
        { ...SYNC, traceId: 'f'.repeat(32) },
        { signal },
      );
      assert.equal(deduplicated, false);
      assert.match(job.jobId, /^[0-9a-f]{8}-[0-9a-f]{4}-7/);
      const { jobId, ...facts } = job;
      assert.deepEqual(facts, {
        ...SYNC,
        state: 'queued',
        attempt: 0,
        progress: null,
        resultRef: null,
        error: null,
        parentJobId: null,
        traceId: 'f'.repeat(32),
        createdAt: '2026-03-01T00:00:00.000Z',
        startedAt: null,
        finishedAt: null,
        updatedAt: '2026-03-01T00:00:00.000Z',
      });
      assert.deepEqual(await opened.other.get(jobId, { signal }), job);
    });

    test('a key stands for its first job, whatever became of it', async ({ signal }) => {
      await using opened = await open();
      const keyed = { ...SYNC, idempotencyKey: 'monday' };
      const { job } = await opened.queue.enqueue(keyed, { signal });
      const assertStands = async (state: string) => {
        const again = await opened.other.enqueue(keyed, { signal });
        assert.deepEqual([again.job.jobId, again.deduplicated, again.job.state], [job.jobId, true, state]);
      };
      await assertStands('queued');
      const leased = await claim(opened.queue, signal);
      await assertStands('running');
      await opened.queue.succeed(leased, { result: {}, resultRef: null }, { signal });
      await assertStands('succeeded');
    });

    test('the same key with other parameters is a conflict, and with another tool a job of its own', async ({
      signal,
    }) => {
      await using opened = await open();
      await opened.queue.enqueue({ ...SYNC, idempotencyKey: 'k' }, { signal });
      const changed = { ...SYNC, params: { term: 'asthma' }, idempotencyKey: 'k' };
      await assertFails('IDEMPOTENCY_CONFLICT', opened.other.enqueue(changed, { signal }));
      const { deduplicated } = await opened.queue.enqueue(
        { ...SYNC, tool: 'pubmed.sync.incremental', idempotencyKey: 'k' },
        { signal },
      );
      assert.equal(deduplicated, false);
    });

    test('parameters are the same in whatever order they are written', async ({ signal }) => {
      await using opened = await open();
      const one = { tool: 'ping', params: { a: 1, b: { c: [1, 2], d: 'é' } }, idempotencyKey: 'k' };
      const other = { tool: 'ping', params: { b: { d: 'é', c: [1, 2] }, a: 1 }, idempotencyKey: 'k' };
      const { job } = await opened.queue.enqueue(one, { signal });
      assert.equal((await opened.queue.enqueue(other, { signal })).job.jobId, job.jobId);
    });

    test('without a key a live twin is the answer, and a finished one stands in nobody’s way', async ({
      signal,
    }) => {
      await using opened = await open();
      const { job } = await opened.queue.enqueue(SYNC, { signal });
      assert.deepEqual((await opened.other.enqueue(SYNC, { signal })).job.jobId, job.jobId);
      const leased = await claim(opened.queue, signal);
      assert.equal((await opened.other.enqueue(SYNC, { signal })).deduplicated, true);
      await opened.queue.succeed(leased, { result: {}, resultRef: null }, { signal });
      const next = await opened.queue.enqueue(SYNC, { signal });
      assert.equal(next.deduplicated, false);
      assert.notEqual(next.job.jobId, job.jobId);
    });

    test('a job with a key and one without do not know of each other', async ({ signal }) => {
      await using opened = await open();
      await opened.queue.enqueue(SYNC, { signal });
      assert.equal(
        (await opened.queue.enqueue({ ...SYNC, idempotencyKey: 'k' }, { signal })).deduplicated,
        false,
      );
    });

    for (const idempotencyKey of [null, 'one-key']) {
      test(`200 posts at once ${idempotencyKey === null ? 'without a key' : 'with one key'} make one job`, async ({
        signal,
      }) => {
        await using opened = await open();
        const posts = Array.from({ length: 200 }, (_, turn) =>
          (turn % 2 === 0 ? opened.queue : opened.other).enqueue({ ...SYNC, idempotencyKey }, { signal }),
        );
        const answers = await Promise.all(posts);
        assert.equal(new Set(answers.map(({ job }) => job.jobId)).size, 1);
        assert.equal(answers.filter(({ deduplicated }) => !deduplicated).length, 1);
        assert.equal((await opened.queue.list({ limit: 10, after: null }, { signal })).length, 1);
      });
    }
  });

  describe(`job queue on ${name}: claiming`, () => {
    test('a job goes to one worker, in the order of coming', async ({ signal }) => {
      await using opened = await open();
      const ids: string[] = [];
      for (const term of ['a', 'b', 'c']) {
        ids.push((await opened.queue.enqueue({ ...SYNC, params: { term } }, { signal })).job.jobId);
        opened.clock.advance(1);
      }
      const claims = [
        await claim(opened.queue, signal),
        await claim(opened.other, signal),
        await claim(opened.queue, signal),
      ];
      assert.deepEqual(
        claims.map(({ jobId }) => jobId),
        ids,
      );
      assert.equal(await opened.other.claim(ANY, { signal }), null);
    });

    test('of many claims at once each job is taken once', async ({ signal }) => {
      await using opened = await open();
      for (let turn = 0; turn < 5; turn += 1)
        await opened.queue.enqueue({ tool: 'ping', params: { turn } }, { signal });
      const claims = Array.from({ length: 20 }, (_, turn) =>
        (turn % 2 === 0 ? opened.queue : opened.other).claim(ANY, { signal }),
      );
      const taken = (await Promise.all(claims)).flatMap((job) => (job === null ? [] : [job.jobId]));
      assert.equal(taken.length, 5);
      assert.equal(new Set(taken).size, 5);
    });

    test('jobs of other tools are passed over', async ({ signal }) => {
      await using opened = await open();
      await opened.queue.enqueue(SYNC, { signal });
      opened.clock.advance(1);
      await opened.queue.enqueue({ tool: 'ping', params: {} }, { signal });
      const job = await opened.queue.claim({ tools: ['ping'] }, { signal });
      assert.equal(job?.tool, 'ping');
      assert.equal(await opened.queue.claim({ tools: ['ping'] }, { signal }), null);
    });

    test('a claimed job runs its first attempt, and its answer is kept', async ({ signal }) => {
      await using opened = await open();
      await opened.queue.enqueue({ tool: 'ping', params: {} }, { signal });
      const job = await claim(opened.queue, signal);
      assert.deepEqual([job.state, job.attempt, job.startedAt], ['running', 1, '2026-03-01T00:00:00.000Z']);
      assert.equal(await opened.other.findResult(job.jobId, { signal }), null);
      opened.clock.advance(1_500);
      assert.ok(await opened.queue.succeed(job, { result: { said: 'ü' }, resultRef: null }, { signal }));
      const done = await opened.other.get(job.jobId, { signal });
      assert.equal(done.state, 'succeeded');
      assert.equal(done.resultRef, `/v1/jobs/${job.jobId}/result`);
      assert.equal(done.finishedAt, '2026-03-01T00:00:01.500Z');
      assert.deepEqual(await opened.other.findResult(job.jobId, { signal }), { said: 'ü' });
    });
  });

  describe(`job queue on ${name}: leases`, () => {
    test('a renewed lease is swept by nobody, a lapsed one goes to the next worker as a new attempt', async ({
      signal,
    }) => {
      await using opened = await open();
      await opened.queue.enqueue(SYNC, { signal });
      const first = await claim(opened.queue, signal);
      opened.clock.advance(LEASE_MS - 1);
      assert.ok(await opened.queue.renew(first, { signal }));
      opened.clock.advance(LEASE_MS - 1);
      assert.equal(await opened.other.sweep({ signal }), 0);
      opened.clock.advance(1);
      assert.equal(await opened.other.sweep({ signal }), 1);
      const second = await claim(opened.other, signal);
      assert.deepEqual([second.jobId, second.attempt, second.startedAt], [first.jobId, 2, first.startedAt]);
    });

    test('whoever lost the lease writes nothing', async ({ signal }) => {
      await using opened = await open();
      await opened.queue.enqueue(SYNC, { signal });
      const stale = await claim(opened.queue, signal);
      opened.clock.advance(LEASE_MS);
      await opened.other.sweep({ signal });
      for (const isTaken of [false, true]) {
        if (isTaken) await claim(opened.other, signal);
        const before = await opened.queue.get(stale.jobId, { signal });
        assert.equal(await opened.queue.renew(stale, { signal }), false);
        assert.equal(await opened.queue.saveProgress(stale, { pct: 99 }, { signal }), false);
        assert.equal(await opened.queue.succeed(stale, { result: {}, resultRef: null }, { signal }), false);
        assert.equal(await opened.queue.fail(stale, LASTING, { signal }), false);
        assert.equal(await opened.queue.fail(stale, PASSING, { signal }), false);
        assert.equal(await opened.queue.putBack(stale, { signal }), false);
        assert.deepEqual(await opened.queue.get(stale.jobId, { signal }), before);
      }
    });

    test('a lease that was not swept yet can be renewed by its holder', async ({ signal }) => {
      await using opened = await open();
      await opened.queue.enqueue(SYNC, { signal });
      const job = await claim(opened.queue, signal);
      opened.clock.advance(LEASE_MS * 2);
      assert.ok(await opened.queue.renew(job, { signal }));
      assert.equal(await opened.other.sweep({ signal }), 0);
    });

    test('a new owner takes over what runs, whatever its lease says', async ({ signal }) => {
      await using opened = await open();
      await opened.queue.enqueue(SYNC, { signal });
      await claim(opened.queue, signal);
      assert.equal(await opened.other.takeOver({ signal }), 1);
      assert.equal((await claim(opened.other, signal)).attempt, 2);
    });

    test('a job that is put back keeps its progress and loses no attempt', async ({ signal }) => {
      await using opened = await open();
      await opened.queue.enqueue(SYNC, { signal });
      for (let turn = 0; turn < 2 * MAX_ATTEMPTS; turn += 1) {
        const job = await claim(opened.queue, signal);
        assert.equal(job.attempt, 1);
        await opened.queue.saveProgress(job, { pct: 0, message: 'listing' }, { signal });
        assert.ok(await opened.queue.putBack(job, { signal }));
        const { state, progress } = await opened.other.get(job.jobId, { signal });
        assert.deepEqual([state, progress], ['queued', { pct: 0, message: 'listing' }]);
      }
    });
  });

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
          opened.queue.succeed(part, { result: {}, resultRef: `file:///${at}` }, { signal }),
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

  describe(`job queue on ${name}: listing and hearing`, () => {
    test('jobs are listed newest first, by state and tool, page by page', async ({ signal }) => {
      await using opened = await open();
      const ids: string[] = [];
      for (let turn = 0; turn < 6; turn += 1) {
        const tool = turn % 2 === 0 ? 'ping' : 'pubmed.sync';
        ids.unshift((await opened.queue.enqueue({ tool, params: { turn } }, { signal })).job.jobId);
        // Two of each three have one instant.
        if (turn % 3 === 2) opened.clock.advance(1);
      }
      const all = await opened.queue.list({ limit: 10, after: null }, { signal });
      assert.equal(all.length, 6);
      const byNewest = [...all].sort((a, b) =>
        `${b.createdAt}${b.jobId}` < `${a.createdAt}${a.jobId}` ? -1 : 1,
      );
      assert.deepEqual(all, byNewest);
      const second = await opened.queue.list({ limit: 10, after: all[2] ?? null }, { signal });
      assert.deepEqual(second, all.slice(3));
      await claim(opened.queue, signal);
      const running = await opened.queue.list({ state: 'running', limit: 10, after: null }, { signal });
      assert.equal(running.length, 1);
      const pings = await opened.queue.list(
        { tool: 'ping', state: 'queued', limit: 10, after: null },
        { signal },
      );
      assert.ok(pings.every(({ tool, state }) => tool === 'ping' && state === 'queued'));
      assert.equal(ids.length, 6);
    });

    test('a change is heard by whoever subscribed, in another process too', async ({ signal }) => {
      await using opened = await open();
      const heard: string[] = [];
      const ended = Promise.withResolvers<void>();
      const listening = Promise.withResolvers<void>();
      const listener = (change: QueueChange) => {
        if (change === null) return listening.resolve();
        heard.push(change.state);
        if (change.state === 'succeeded') ended.resolve();
      };
      using _ = opened.other.subscribe(listener);
      if (opened.tellsWhenListening) await listening.promise;
      await opened.queue.enqueue(SYNC, { signal });
      const job = await claim(opened.queue, signal);
      await opened.queue.saveProgress(job, { pct: 50 }, { signal });
      await opened.queue.succeed(job, { result: {}, resultRef: null }, { signal });
      await ended.promise;
      assert.deepEqual(heard, ['queued', 'running', 'running', 'succeeded']);
    });
  });
}

async function claim(queue: JobQueue, signal: AbortSignal): Promise<LeasedJob> {
  const job = await queue.claim(ANY, { signal });
  assert.ok(job, 'there is a job to claim');
  return job;
}

async function assertFails(code: ErrorCode, call: Promise<unknown>): Promise<void> {
  await assert.rejects(call, (error) => error instanceof BioMcpError && error.code === code);
}
