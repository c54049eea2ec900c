import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { createIngestThreads, type IngestThreads } from '../../../src/ingest/prepare/ingest-threads.ts';
import { toTask } from '../../../src/ingest/prepare/prepare-task.ts';
import type { prepare } from '../../support/processes/aging-ingest-thread.ts';

const PROGRAM = new URL('../../support/processes/aging-ingest-thread.ts', import.meta.url);

test('a thread is not looked through as a whole while little lives on in it; one of others is, as ever', async () => {
  await using threads = start();
  const { collections } = await ask(threads);
  assert.equal(collections, 0);

  const other = new Worker(
    `const { parentPort } = require('node:worker_threads');
     import(${JSON.stringify(PROGRAM.href)}).then(async ({ prepare }) => parentPort.postMessage(await prepare()));`,
    { eval: true, resourceLimits: { maxYoungGenerationSizeMb: 16 } },
  );
  const [ofOther] = await once(other, 'message');
  assert.ok(ofOther.collections > 0);
});

test('a thread waits half a minute for its next task, and ends soon where none follows', async ({ mock }) => {
  mock.timers.enable({ apis: ['setTimeout'] });
  await using threads = start();
  const first = await ask(threads);
  mock.timers.tick(30_000);
  const second = await ask(threads);
  assert.equal(second.threadId, first.threadId);

  threads.rest();
  const third = await ask(threads);
  mock.timers.tick(30_000);
  assert.equal(third.threadId, first.threadId);
  assert.equal((await ask(threads)).threadId, first.threadId);

  threads.rest();
  mock.timers.tick(6_000);
  assert.notEqual((await ask(threads)).threadId, first.threadId);
});

function start(): IngestThreads {
  return createIngestThreads({ program: PROGRAM, threads: 1, workerData: null });
}

async function ask(threads: IngestThreads): ReturnType<typeof prepare> {
  const answer: unknown = await threads.run(toTask([]));
  return answer as Awaited<ReturnType<typeof prepare>>; // what the program answers
}
