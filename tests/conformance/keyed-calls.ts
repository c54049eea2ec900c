import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CallOptions } from '../../src/domain/call-options.ts';
import type { BegunCall, KeyedCall, KeyedCalls } from '../../src/queue/keyed-calls.ts';
import type { HeldClock } from '../support/time/held-clock.ts';

const RUNS_MS = 60_000;
const KEEP_MS = 24 * 3_600_000;
const CALL: KeyedCall = {
  tool: 'test.write',
  idempotencyKey: 'monday',
  paramsHash: 'a'.repeat(64),
  traceId: 'f'.repeat(32),
};

export interface OpenedKeyedCalls extends AsyncDisposable {
  calls: KeyedCalls;
  /** The same, as another process has it. */
  other: KeyedCalls;
  clock: HeldClock;
  /** That of the queue. */
  sweep(options: CallOptions): Promise<unknown>;
  countRows(): Promise<number>;
}

/** What every KeyedCalls promises. */
export function describeKeyedCalls(name: string, open: () => Promise<OpenedKeyedCalls>): void {
  async function begin(calls: KeyedCalls, signal: AbortSignal, call = CALL): Promise<BegunCall> {
    const beginning = await calls.begin(call, RUNS_MS, { signal });
    assert.equal(beginning.state, 'begun');
    return beginning.call;
  }
  const answer = { result: { text: 'a\0b', count: 2 }, keepMs: KEEP_MS };

  describe(`keyed calls on ${name}`, () => {
    test('of many callers at once one begins, the others are told that it runs', async ({ signal }) => {
      await using opened = await open();
      const beginnings = await Promise.all(
        Array.from({ length: 50 }, (_, turn) =>
          (turn % 2 === 0 ? opened.calls : opened.other).begin(CALL, RUNS_MS, { signal }),
        ),
      );
      const states = beginnings.map(({ state }) => state).sort();
      assert.deepEqual(states, ['begun', ...Array.from({ length: 49 }, () => 'running')]);
    });

    test('an answer is given again as it was, for as long as it is kept', async ({ signal }) => {
      await using opened = await open();
      await opened.calls.remember(await begin(opened.calls, signal), answer, { signal });
      opened.clock.advance(KEEP_MS - 1);
      const again = await opened.other.begin(CALL, RUNS_MS, { signal });
      assert.deepEqual(again, { state: 'answered', result: answer.result });
      opened.clock.advance(1);
      await begin(opened.other, signal);
    });

    test('other parameters under a key conflict, while the call runs and after it', async ({ signal }) => {
      await using opened = await open();
      const others = { ...CALL, paramsHash: 'b'.repeat(64) };
      const call = await begin(opened.calls, signal);
      assert.deepEqual(await opened.other.begin(others, RUNS_MS, { signal }), { state: 'conflict' });
      await opened.calls.remember(call, answer, { signal });
      assert.deepEqual(await opened.other.begin(others, RUNS_MS, { signal }), { state: 'conflict' });
    });

    test('one key of two tools stands for two calls', async ({ signal }) => {
      await using opened = await open();
      await begin(opened.calls, signal);
      await begin(opened.calls, signal, { ...CALL, tool: 'test.other', paramsHash: 'b'.repeat(64) });
    });

    test('a call that is forgotten can be begun again, with other parameters too', async ({ signal }) => {
      await using opened = await open();
      await opened.calls.forget(await begin(opened.calls, signal), { signal });
      await begin(opened.other, signal, { ...CALL, paramsHash: 'b'.repeat(64) });
    });

    test('a call whose process was killed lapses, and its late words count no more', async ({ signal }) => {
      await using opened = await open();
      const late = await begin(opened.calls, signal);
      opened.clock.advance(RUNS_MS);
      const call = await begin(opened.other, signal);
      await opened.calls.forget(late, { signal });
      await opened.calls.remember(late, { ...answer, result: { late: true } }, { signal });
      assert.deepEqual(await opened.calls.begin(CALL, RUNS_MS, { signal }), { state: 'running' });
      await opened.other.remember(call, answer, { signal });
      const again = await opened.calls.begin(CALL, RUNS_MS, { signal });
      assert.deepEqual(again, { state: 'answered', result: answer.result });
    });

    test('what nobody asks for any more is removed by the calls that follow', async ({ signal }) => {
      await using opened = await open();
      for (const idempotencyKey of ['a', 'b', 'c']) {
        const call = await begin(opened.calls, signal, { ...CALL, idempotencyKey });
        await opened.calls.remember(call, answer, { signal });
      }
      opened.clock.advance(KEEP_MS);
      await begin(opened.calls, signal);
      assert.equal(await opened.countRows(), 1);
    });

    test('where no call follows, the sweep of the queue removes it, and nothing that still counts', async ({
      signal,
    }) => {
      await using opened = await open();
      await opened.calls.remember(await begin(opened.calls, signal), answer, { signal });
      opened.clock.advance(KEEP_MS - 1);
      await begin(opened.calls, signal, { ...CALL, idempotencyKey: 'tuesday' });
      await opened.sweep({ signal });
      assert.equal(await opened.countRows(), 2);
      opened.clock.advance(1);
      await opened.sweep({ signal });
      assert.equal(await opened.countRows(), 1);
    });
  });
}
