import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTestQueues, withoutSqs } from '../support/jobs/sqs-queues.ts';
import { openBench, startSyncedNcbi, tryPausedWorker } from './worker-bench.ts';

test('a worker that SQS wakes, paused beyond its lease, writes nothing to the job on waking', {
  skip: withoutSqs,
}, async ({ signal }) => {
  await using queues = await createTestQueues();
  await using ncbi = await startSyncedNcbi();
  await using bench = await openBench(ncbi, { queues });
  const body = JSON.stringify({ tool: 'ping', params: {}, idempotency_key: 'before the pause' });
  await queues.send(body);
  await tryPausedWorker(ncbi, bench, signal, (paused) =>
    paused.line(({ tool, status }) => tool === 'ping' && status === 'succeeded'),
  );
  const [ping] = await bench.queue.list({ tool: 'ping', limit: 2, after: null }, { signal });
  assert.equal(ping?.state, 'succeeded');
  assert.equal((await queues.count()).dead, 0);
});
