import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createFetchWindow } from '../../../src/ingest/fetch/fetch-window.ts';

const { signal: never } = new AbortController();

/** How much may be asked for at once and not be committed. */
async function fill(total: number): Promise<number> {
  const window = createFetchWindow(total);
  let asked = 0;
  for (;;) {
    const taking = window.take(window.portion, { signal: never });
    const isThere = await Promise.race([taking.then(() => true), nextTurn().then(() => false)]);
    if (!isThere) return asked;
    asked += window.portion;
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

describe('what a sync asks for and has not committed', () => {
  test('comes to at most a third of the list when it is lost three times', async () => {
    for (const total of [2_000, 2_712, 10_000, 27_000, 1_000_000]) {
      assert.ok(3 * (await fill(total)) <= 0.35 * total, `${total} records`);
    }
  });

  test('is one request for a short list, two for a longer one, and bounded for any', async () => {
    assert.deepEqual([createFetchWindow(150).portion, await fill(150)], [200, 200]);
    assert.deepEqual([createFetchWindow(500).portion, await fill(500)], [100, 200]);
    assert.deepEqual([createFetchWindow(5_000_000).portion, await fill(5_000_000)], [200, 3_000]);
  });

  test('makes room for as much as was committed, and waits no longer than its caller', async () => {
    const window = createFetchWindow(1_000);
    await window.take(200, { signal: never });
    const more = window.take(100, { signal: never });
    window.give(100);
    await more;
    const stop = new AbortController();
    const waiting = window.take(100, { signal: stop.signal });
    stop.abort(new Error('stopped'));
    await assert.rejects(waiting, /stopped/);
    window.give(100);
    await window.take(100, { signal: never });
  });
});
