import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { StartSchedule } from '../../src/pubmed/start-schedule.ts';

/** So long that the time a test itself takes cannot be mistaken for a gap. */
const GAP_MS = 60_000;
const PATIENT = { gapMs: GAP_MS, maxWaitMs: 1_000 * GAP_MS };

/**
 * What every StartSchedule promises. `open` gives schedules of one budget, as processes that share it would
 * have; they may run on a clock of their own.
 */
export function describeStartSchedule(
  name: string,
  open: () => Promise<AsyncDisposable & { schedules: readonly StartSchedule[] }>,
): void {
  describe(`start schedule on ${name}`, () => {
    test('the first start is free, each further one lies a gap later, whoever books it', async ({
      signal,
    }) => {
      await using opened = await open();
      for (let turn = 0; turn < 4; turn += 1) {
        const booking = await pick(opened.schedules, turn).book(PATIENT, { signal });
        assert.equal(booking.booked, true);
        assertNear(booking.waitMs, turn * GAP_MS);
      }
    });

    test('no two of many bookings at once are the same', async ({ signal }) => {
      await using opened = await open();
      const turns = Array.from({ length: 50 }, (_, turn) =>
        pick(opened.schedules, turn).book(PATIENT, { signal }),
      );
      const waits = (await Promise.all(turns)).map(({ waitMs }) => waitMs).sort((one, other) => one - other);
      for (const [turn, waitMs] of waits.entries()) assertNear(waitMs, turn * GAP_MS);
    });

    test('a start too far away is not booked, and leaves its place to others', async ({ signal }) => {
      await using opened = await open();
      const [first, second] = [pick(opened.schedules, 0), pick(opened.schedules, 1)];
      await first.book(PATIENT, { signal });
      const refused = await second.book({ gapMs: GAP_MS, maxWaitMs: GAP_MS / 2 }, { signal });
      assert.equal(refused.booked, false);
      assertNear(refused.waitMs, GAP_MS);
      assertNear((await first.book(PATIENT, { signal })).waitMs, GAP_MS);
    });

    test('nobody starts during a cooldown', async ({ signal }) => {
      await using opened = await open();
      const [first, second] = [pick(opened.schedules, 0), pick(opened.schedules, 1)];
      assert.equal(await second.cooldownLeftMs({ signal }), 0);
      await first.coolDown(5 * GAP_MS, { signal });
      assertNear(await second.cooldownLeftMs({ signal }), 5 * GAP_MS);
      assertNear((await second.book(PATIENT, { signal })).waitMs, 5 * GAP_MS);
      assertNear((await first.book(PATIENT, { signal })).waitMs, 6 * GAP_MS);
    });

    test('a shorter cooldown does not end a longer one', async ({ signal }) => {
      await using opened = await open();
      const [first, second] = [pick(opened.schedules, 0), pick(opened.schedules, 1)];
      await first.coolDown(5 * GAP_MS, { signal });
      await second.coolDown(GAP_MS, { signal });
      assertNear(await first.cooldownLeftMs({ signal }), 5 * GAP_MS);
    });
  });
}

function pick(schedules: readonly StartSchedule[], turn: number): StartSchedule {
  const schedule = schedules[turn % schedules.length];
  assert.ok(schedule);
  return schedule;
}

/** Less than half a gap may have passed meanwhile. */
function assertNear(actualMs: number, expectedMs: number): void {
  assert.ok(
    actualMs <= expectedMs && actualMs > expectedMs - GAP_MS / 2 && actualMs >= 0,
    `${actualMs}, not ${expectedMs}`,
  );
}
