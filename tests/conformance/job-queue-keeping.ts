import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { JobId } from '../../src/domain/jobs/job.ts';
import type { JobQueue } from '../../src/queue/job-queue.ts';
import { claim, KEEP_MS, LASTING, type OpenedQueues, SYNC } from '../support/jobs/job-queues.ts';

/** More than two sweeps remove. */
const MANY = 45;
const DONE = { result: {}, resultRef: null };
const LOAD = { tool: 'pubmed.load', params: { source: '/nlm' } };

/** What every JobQueue promises of how long an ended job is kept. */
export function describeJobQueueKeeping(name: string, open: () => Promise<OpenedQueues>): void {
  async function listIds(queue: JobQueue, signal: AbortSignal): Promise<JobId[]> {
    const jobs = await queue.list({ limit: 2 * MANY, after: null }, { signal });
    return jobs.map(({ jobId }) => jobId);
  }

  describe(`job queue on ${name}: keeping`, () => {
    test('what ended stays as long as it is kept, then the sweep removes it and its key is free', async ({
      signal,
    }) => {
      await using opened = await open();
      const { queue, other, clock } = opened;
      const keyed = { ...SYNC, idempotencyKey: 'monday' };
      const { job: first } = await queue.enqueue(keyed, { signal });
      await queue.succeed(await claim(queue, signal), DONE, { signal });
      clock.advance(1);
      await queue.enqueue(LOAD, { signal });
      const failed = await claim(queue, signal);
      await queue.fail(failed, LASTING, { signal });
      clock.advance(KEEP_MS - 2);
      assert.equal(await other.sweep({ signal }), 0);
      assert.equal((await queue.enqueue(keyed, { signal })).job.jobId, first.jobId);
      clock.advance(1);
      assert.equal(await other.sweep({ signal }), 0);
      assert.deepEqual(await listIds(queue, signal), [failed.jobId]);
      clock.advance(1);
      await other.sweep({ signal });
      assert.deepEqual(await listIds(queue, signal), []);
      assert.equal((await queue.enqueue(keyed, { signal })).deduplicated, false);
    });

    test('what is queued or runs stays, however old', async ({ signal }) => {
      await using opened = await open();
      const { queue, other, clock } = opened;
      await queue.enqueue(LOAD, { signal });
      const running = await claim(queue, signal);
      const { job: queued } = await queue.enqueue(SYNC, { signal });
      clock.advance(2 * KEEP_MS);
      await queue.renew(running, { signal });
      await other.sweep({ signal });
      assert.deepEqual(await listIds(queue, signal), [queued.jobId, running.jobId]);
    });

    test('parts go with their parent, once the last of them has been kept its time', async ({ signal }) => {
      await using opened = await open();
      const { queue, other, clock } = opened;
      await queue.enqueue(LOAD, { signal });
      const parts = ['/nlm/1', '/nlm/2'].map((source) => ({ params: { source }, inTurn: false }));
      await queue.split(await claim(queue, signal), parts, { signal });
      await queue.succeed(await claim(queue, signal), DONE, { signal });
      const last = await claim(queue, signal);
      clock.advance(2 * KEEP_MS);
      await queue.renew(last, { signal });
      await other.sweep({ signal });
      assert.equal((await listIds(queue, signal)).length, 3, 'the parent waits for the last part');
      await queue.succeed(last, DONE, { signal });
      clock.advance(KEEP_MS - 1);
      await other.sweep({ signal });
      assert.equal((await listIds(queue, signal)).length, 3, 'the last part is kept');
      clock.advance(1);
      await other.sweep({ signal });
      assert.deepEqual(await listIds(queue, signal), []);
    });

    test('a parent that ended before a part of it waits for that part', async ({ signal }) => {
      await using opened = await open();
      const { queue, other, clock } = opened;
      const { job: parent } = await queue.enqueue(SYNC, { signal });
      await queue.enqueue({ ...LOAD, parentJobId: parent.jobId }, { signal });
      await queue.fail(await claim(queue, signal), LASTING, { signal });
      clock.advance(2 * KEEP_MS);
      await other.sweep({ signal });
      assert.equal((await listIds(queue, signal)).length, 2);
      await queue.succeed(await claim(queue, signal), DONE, { signal });
      clock.advance(KEEP_MS - 1);
      await other.sweep({ signal });
      assert.equal((await listIds(queue, signal)).length, 2);
      clock.advance(1);
      await other.sweep({ signal });
      assert.deepEqual(await listIds(queue, signal), []);
    });

    test('a sweep removes some, the oldest first, and two at once remove different ones', async ({
      signal,
    }) => {
      await using opened = await open();
      const { queue, other, clock } = opened;
      const ended: JobId[] = [];
      for (let number = 0; number < MANY; number += 1) {
        await queue.enqueue({ ...SYNC, params: { term: `term ${number}` } }, { signal });
        const job = await claim(queue, signal);
        await queue.succeed(job, DONE, { signal });
        ended.unshift(job.jobId);
        clock.advance(1);
      }
      clock.advance(KEEP_MS);
      await Promise.all([queue.sweep({ signal }), other.sweep({ signal })]);
      assert.deepEqual(await listIds(queue, signal), ended.slice(0, MANY - 40));
      await other.sweep({ signal });
      assert.deepEqual(await listIds(queue, signal), []);
    });
  });
}
