import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sql } from 'kysely';
import { createSqlStartSchedule } from '../../src/store/sql-start-schedule.ts';
import { describeStartSchedule } from '../conformance/start-schedule.ts';
import { shareDatabase, testDatabases, testPostgres } from '../support/postgres/databases.ts';

for (const testDatabase of testDatabases) {
  const openDatabase = shareDatabase(testDatabase);
  describeStartSchedule(testDatabase.name, async () => {
    const database = await openDatabase();
    await sql`truncate ncbi_budget`.execute(database.kysely);
    const open = () => createSqlStartSchedule({ database, budgetKey: 'address' });
    return {
      schedules: [open(), open(), open()],
      [Symbol.asyncDispose]: async () => undefined,
    };
  });
}

const GAP_MS = 60_000;

for (const testDatabase of testDatabases) {
  const openDatabase = shareDatabase(testDatabase);
  describe(`the clock of ${testDatabase.name} is set back`, () => {
    for (const by of ['1 hour', '30 days']) {
      test(`by ${by}: the next start is one gap away at most, and those after it keep their gaps`, async ({
        signal,
      }) => {
        const database = await openDatabase();
        await sql`truncate ncbi_budget`.execute(database.kysely);
        const schedule = createSqlStartSchedule({ database, budgetKey: 'address' });
        const request = { gapMs: GAP_MS, maxWaitMs: 100 * GAP_MS };
        for (let turn = 0; turn < 3; turn += 1) await schedule.book(request, { signal });
        await schedule.coolDown(5 * GAP_MS, { signal });
        await sql`update ncbi_budget set next_start_at = next_start_at + ${by}::interval,
          booked_at = booked_at + ${by}::interval, cooldown_until = cooldown_until + ${by}::interval`.execute(
          database.kysely,
        );
        assert.equal(await schedule.cooldownLeftMs({ signal }), 0);
        const waits = [];
        for (let turn = 0; turn < 3; turn += 1) waits.push((await schedule.book(request, { signal })).waitMs);
        for (const [turn, waitMs] of waits.entries()) {
          assert.ok(waitMs <= (turn + 1) * GAP_MS && waitMs > (turn + 0.5) * GAP_MS, `${waits}`);
        }
      });
    }
  });
}

test('a booking or a look that is given up ends with the reason, and a cooldown is kept all the same', async ({
  signal,
}) => {
  const database = await shareDatabase(testPostgres)();
  const schedule = createSqlStartSchedule({ database, budgetKey: 'given up' });
  const reason = new DOMException('it took too long', 'TimeoutError');
  const given = { signal: AbortSignal.abort(reason) };
  const thrown = (error: unknown) => error === reason;
  await assert.rejects(schedule.book({ gapMs: GAP_MS, maxWaitMs: GAP_MS }, given), thrown);
  await assert.rejects(schedule.cooldownLeftMs(given), thrown);
  await schedule.coolDown(GAP_MS, given);
  assert.ok((await schedule.cooldownLeftMs({ signal })) > 0);
});
