import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { JobChange } from '../../src/domain/jobs/job.ts';
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
} from '../support/jobs/job-queues.ts';

/** What every JobQueue promises of jobs that come, are taken and are looked at. */
export function describeJobQueue(name: string, open: () => Promise<OpenedQueues>): void {
  describe(`job queue on ${name}: enqueuing`, () => {
    test('a new job is queued and tells everything that is known of it', async ({ signal }) => {
      await using opened = await open();
      const { job, deduplicated } = await opened.queue.enqueue(
        { ...SYNC, traceId: 'f'.repeat(32), createdBy: 'ada', createdScope: 'sync' },
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
        surface: 'http',
        createdBy: 'ada',
        createdScope: 'sync',
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
      const listener = (change: JobChange) => {
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
