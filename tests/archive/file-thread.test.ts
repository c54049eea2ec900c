import assert from 'node:assert/strict';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Worker } from 'node:worker_threads';
import { openFileArchive } from '../../src/archive/files/file-archive.ts';
import type { ArchiveKey } from '../../src/domain/corpus/archive-key.ts';
import { makeTestFolder } from './sealed-record.ts';

/** Longer than a thread without work is kept. */
const LONG_MS = 60_000;
const KEY = 'pubmed/raw/1' as ArchiveKey;
const { signal } = new AbortController();

test("an archive's thread starts with the first call, ends when none has come for a while, and starts again", async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const threads: Worker[] = [];
  const onThread = (thread: Worker) => threads.push(thread);
  process.on('worker', onThread);
  try {
    await using folder = await makeTestFolder();
    await using archive = await openFileArchive({ folder: join(folder.path, 'archive'), fsync: false });
    await archive.ping({ signal });
    assert.equal(threads.length, 0, 'opening needs none, and a ping neither');
    const ask = () => archive.findCurrent(KEY, { signal });
    await ask();
    await ask();
    assert.equal(threads.length, 1);
    const [first] = threads;
    const ended = once(first as Worker, 'exit');
    t.mock.timers.tick(LONG_MS);
    const again = ask(); // while the first one ends
    assert.deepEqual(await ended, [0]);
    await again;
    assert.equal(threads.length, 2);
  } finally {
    process.off('worker', onThread);
  }
});

test('a thread that has work is not ended', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const threads: Worker[] = [];
  const onThread = (thread: Worker) => threads.push(thread);
  process.on('worker', onThread);
  try {
    await using folder = await makeTestFolder();
    await using archive = await openFileArchive({ folder: join(folder.path, 'archive'), fsync: false });
    const ask = () => archive.findCurrent(KEY, { signal });
    await ask();
    const working = ask();
    t.mock.timers.tick(LONG_MS);
    await working;
    await ask();
    assert.equal(threads.length, 1);
  } finally {
    process.off('worker', onThread);
  }
});
