import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createIngestThreads } from '../../src/ingest/prepare/ingest-threads.ts';
import { toTask } from '../../src/ingest/prepare/prepare-task.ts';

test('a thread is not looked through as a whole while little lives on in it', async () => {
  const program = new URL('../support/aging-ingest-thread.ts', import.meta.url);
  await using threads = createIngestThreads({ program, threads: 1, workerData: null });
  const collections: unknown = await threads.run(toTask([]));
  assert.equal(collections, 0);
});
