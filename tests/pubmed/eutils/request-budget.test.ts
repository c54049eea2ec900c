import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createLocalStartSchedule } from '../../../src/pubmed/local-start-schedule.ts';
import { createRequestBudget } from '../../../src/pubmed/request-budget.ts';
import { openEutilsBench } from '../../support/pubmed/eutils.ts';
import { createVirtualTime } from '../../support/time/virtual-time.ts';

const SHORT_MS = 25_000;
const never = new AbortController().signal;

describe('pain 1: one budget for everybody who asks NCBI', () => {
  for (const { apiKey, gapMs, calls } of [
    { apiKey: null, gapMs: 400, calls: 12 },
    { apiKey: 'k_123456789', gapMs: 125, calls: 40 },
  ]) {
    test(`${calls} calls at once ${apiKey === null ? 'without' : 'with'} a key draw no 429`, async () => {
      await using bench = await openEutilsBench({ apiKey });
      const search = () => bench.client.search({ term: 'rat', limit: 1 }, bench.within(SHORT_MS));
      await Promise.all(Array.from({ length: calls }, search));
      const starts = bench.ncbi.requests.map(({ at }) => at);
      assert.equal(starts.length, calls);
      assert.ok(bench.ncbi.requests.every(({ status }) => status === 200));
      assert.ok(starts.slice(1).every((at, index) => at - (starts[index] ?? 0) >= gapMs));
    });
  }

  for (const { apiKey, gapMs } of [
    { apiKey: null, gapMs: 400 },
    { apiKey: 'k_123456789', gapMs: 125 },
  ]) {
    test(`a run with gaps of ${gapMs} ms takes no more than the gaps and 5 percent`, async () => {
      await using bench = await openEutilsBench({ apiKey });
      const begunAt = bench.time.now();
      const search = () => bench.client.search({ term: 'rat', limit: 1 }, bench.within(SHORT_MS));
      await Promise.all(Array.from({ length: 31 }, search));
      assert.ok(bench.time.now() - begunAt <= 30 * gapMs * 1.05);
    });
  }

  test('a share of the allowance widens the gap', () => {
    const time = createVirtualTime();
    const needs = { schedule: createLocalStartSchedule({ clock: time.timing }), timing: time.timing };
    assert.equal(createRequestBudget({ ...needs, hasApiKey: false, share: 1 }).gapMs, 400);
    assert.equal(createRequestBudget({ ...needs, hasApiKey: true, share: 1 }).gapMs, 125);
    assert.equal(createRequestBudget({ ...needs, hasApiKey: true, share: 0.25 }).gapMs, 500);
  });

  test('waiting for a turn counts against the deadline: a turn too late is refused at once', async () => {
    await using bench = await openEutilsBench();
    const search = (ms: number) => bench.client.search({ term: 'rat', limit: 1 }, bench.within(ms));
    const patient = Array.from({ length: 5 }, () => search(SHORT_MS));
    await assert.rejects(search(1_000), { code: 'PUBMED_RATE_LIMITED', retryAfterMs: 2_000 });
    await Promise.all(patient);
    assert.equal(bench.ncbi.requests.length, 5);
  });

  test('a 429 without Retry-After, as NCBI sends it, keeps everybody quiet for a second', async () => {
    await using bench = await openEutilsBench();
    bench.ncbi.faults.next({ fault: { kind: 'status', status: 429 } });
    const search = () => bench.client.search({ term: 'rat', limit: 1 }, bench.within(SHORT_MS));
    await Promise.all([search(), search(), search()]);
    const [refused, next] = bench.ncbi.requests;
    assert.ok((next?.at ?? 0) - (refused?.at ?? 0) >= 1_000);
  });

  test('a remaining allowance of 0 that we did not use up ourselves lets the second pass', async () => {
    const time = createVirtualTime();
    const schedule = createLocalStartSchedule({ clock: time.timing });
    const { createEutilsClient } = await import('../../../src/pubmed/eutils-client.ts');
    const starts: number[] = [];
    const answer = '{"esearchresult":{"count":"0","idlist":[]}}';
    const client = createEutilsClient({
      async fetch() {
        starts.push(time.now());
        const headers = { 'x-ratelimit-limit': '10', 'x-ratelimit-remaining': '0' };
        return new Response(answer, { headers });
      },
      baseUrl: 'http://127.0.0.1/',
      apiKey: 'k_123456789',
      email: null,
      budget: createRequestBudget({ schedule, timing: time.timing, hasApiKey: true, share: 1 }),
      timing: time.timing,
      log: { debug: () => undefined, warn: () => undefined },
    });
    const options = { signal: never, deadlineAt: time.now() + SHORT_MS };
    await client.search({ term: 'rat', limit: 1 }, options);
    await client.search({ term: 'rat', limit: 1 }, options);
    assert.equal((starts[1] ?? 0) - (starts[0] ?? 0), 1_000);
  });

  test('what is allowed, used and waited for is told, and telling books nothing', async () => {
    const time = createVirtualTime();
    const schedule = createLocalStartSchedule({ clock: time.timing });
    const budget = createRequestBudget({ schedule, timing: time.timing, hasApiKey: true, share: 0.5 });
    const begun = { hasApiKey: true, share: 0.5, aMinute: 240, startedInMinute: 0, waitMs: 0, cooldownMs: 0 };
    assert.deepEqual(await budget.describe({ signal: never }), begun);
    await budget.reserve(SHORT_MS, { signal: never });
    await budget.reserve(SHORT_MS, { signal: never });
    assert.deepEqual(await budget.describe({ signal: never }), { ...begun, startedInMinute: 2, waitMs: 250 });
    await budget.coolDown(5_000, { signal: never });
    const quiet = { ...begun, startedInMinute: 2, waitMs: 5_000, cooldownMs: 5_000 };
    assert.deepEqual(await budget.describe({ signal: never }), quiet);
    await time.timing.sleep(60_000, { signal: never });
    assert.deepEqual(await budget.describe({ signal: never }), begun);
  });

  test('a cooldown that begins while somebody waits for a turn holds for that turn too', async () => {
    const time = createVirtualTime();
    const schedule = createLocalStartSchedule({ clock: time.timing });
    const budget = createRequestBudget({ schedule, timing: time.timing, hasApiKey: false, share: 1 });
    await budget.reserve(SHORT_MS, { signal: never });
    const waiting = budget.reserve(SHORT_MS, { signal: never });
    await budget.coolDown(5_000, { signal: never });
    assert.deepEqual(await waiting, { granted: true, waitMs: 5_000 });
  });

  test('whoever wakes too late for the start that was booked books another', async () => {
    const time = createVirtualTime();
    const schedule = createLocalStartSchedule({ clock: time.timing });
    let lateMs = 150;
    const timing = {
      ...time.timing,
      async sleep(durationMs: number, options: { signal: AbortSignal }) {
        await time.timing.sleep(durationMs + lateMs, options);
        lateMs = 0;
      },
    };
    const budget = createRequestBudget({ schedule, timing, hasApiKey: false, share: 1 });
    await budget.reserve(SHORT_MS, { signal: never });
    assert.deepEqual(await budget.reserve(SHORT_MS, { signal: never }), { granted: true, waitMs: 800 });
  });

  test('a shorter cooldown does not end a longer one', async () => {
    const time = createVirtualTime();
    const schedule = createLocalStartSchedule({ clock: time.timing });
    await schedule.coolDown(5_000, { signal: never });
    await schedule.coolDown(1_000, { signal: never });
    assert.equal(await schedule.cooldownLeftMs({ signal: never }), 5_000);
  });
});
