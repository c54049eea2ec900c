import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { test } from 'node:test';
import { untilAborted } from '../../src/domain/concurrency/until-aborted.ts';

test('what ends before the signal aborts is the answer, and leaves no listener', async () => {
  const { signal } = new AbortController();

  assert.equal(await untilAborted(Promise.resolve('done'), signal), 'done');
  await assert.rejects(untilAborted(Promise.reject(new Error('broken')), signal), /broken/);
  assert.equal(getEventListeners(signal, 'abort').length, 0);
});

test('a signal that aborts ends the wait with its reason, and not the work', async () => {
  const work = Promise.withResolvers<string>();
  const stop = new AbortController();
  const waiting = untilAborted(work.promise, stop.signal);

  stop.abort(new Error('stopped'));
  await assert.rejects(waiting, /stopped/);
  work.resolve('done');
  assert.equal(await work.promise, 'done');
});

test('a signal that has aborted ends the wait at once', async () => {
  await assert.rejects(
    untilAborted(new Promise(() => undefined), AbortSignal.abort(new Error('before'))),
    /before/,
  );
});
