import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { createIngestThreads, type IngestThreads } from '../../../src/ingest/prepare/ingest-threads.ts';
import { toTask } from '../../../src/ingest/prepare/prepare-task.ts';

const AGING = new URL('../../support/processes/aging-ingest-thread.ts', import.meta.url);
const NAMED = new URL('../../support/processes/named-ingest-thread.ts', import.meta.url);

// With a marking thread, when it is done depends on who else wants the processor.
setFlagsFromString('--no-concurrent-marking');

test('more lives on in a thread than in one of others before it is looked through as a whole', async () => {
  await using threads = start(AGING);
  const kept = await ask(threads);

  const other = new Worker(
    `const { parentPort } = require('node:worker_threads');
     import(${JSON.stringify(AGING.href)}).then(async ({ prepare }) => parentPort.postMessage(await prepare()));`,
    { eval: true, resourceLimits: { maxYoungGenerationSizeMb: 16 } },
  );
  const [ofOther] = await once(other, 'message');
  assert.ok(kept > 1.4 * ofOther, `${kept} beside ${ofOther}`);
});

test('a thread waits half a minute for its next task, and ends soon where none follows', async ({ mock }) => {
  mock.timers.enable({ apis: ['setTimeout'] });
  await using threads = start(NAMED);
  const first = await ask(threads);
  mock.timers.tick(30_000);
  const second = await ask(threads);
  assert.equal(second, first);

  threads.rest();
  const third = await ask(threads);
  mock.timers.tick(30_000);
  assert.equal(third, first);
  assert.equal(await ask(threads), first);

  threads.rest();
  mock.timers.tick(6_000);
  assert.notEqual(await ask(threads), first);
});

function start(program: URL): IngestThreads {
  return createIngestThreads({ program, threads: 1, workerData: null });
}

async function ask(threads: IngestThreads): Promise<number> {
  return (await threads.run(toTask([]))) as unknown as number; // what both programs answer
}
