import { createSqlJobQueue } from '../../src/queue/sql-job-queue.ts';
import { createSqlJobTable } from '../../src/store/sql-job-table.ts';
import { describeJobQueue, LEASE_MS, MAX_ATTEMPTS } from '../conformance/job-queue.ts';
import { shareDatabase, testDatabases } from '../support/databases.ts';
import { createHeldClock } from '../support/held-clock.ts';

for (const testDatabase of testDatabases) {
  const openDatabase = shareDatabase(testDatabase);
  describeJobQueue(testDatabase.name, async () => {
    const database = await openDatabase();
    const clock = createHeldClock();
    const open = () =>
      createSqlJobQueue({
        table: createSqlJobTable({ database, clock }),
        leaseMs: LEASE_MS,
        maxAttempts: MAX_ATTEMPTS,
      });
    return {
      queue: open(),
      other: open(),
      clock,
      tellsWhenListening: database.lockScope === 'server',
      [Symbol.asyncDispose]: async () => undefined,
    };
  });
}
