import { createSqlJobQueue } from '../../src/queue/sql-job-queue.ts';
import { createSqlJobTable } from '../../src/store/jobs/sql-job-table.ts';
import { describeJobQueue } from '../conformance/job-queue.ts';
import { describeJobQueueEnds } from '../conformance/job-queue-ends.ts';
import { describeJobQueueKeeping } from '../conformance/job-queue-keeping.ts';
import { KEEP_MS, LEASE_MS, MAX_ATTEMPTS, type OpenedQueues } from '../support/jobs/job-queues.ts';
import { shareDatabase, testDatabases } from '../support/postgres/databases.ts';
import { createHeldClock } from '../support/time/held-clock.ts';

for (const testDatabase of testDatabases) {
  const openDatabase = shareDatabase(testDatabase);
  const openQueues = async (): Promise<OpenedQueues> => {
    const database = await openDatabase();
    const clock = createHeldClock();
    const open = () =>
      createSqlJobQueue({
        table: createSqlJobTable({ database, clock }),
        leaseMs: LEASE_MS,
        maxAttempts: MAX_ATTEMPTS,
        keepMs: KEEP_MS,
      });
    return {
      queue: open(),
      other: open(),
      clock,
      tellsWhenListening: database.lockScope === 'server',
      [Symbol.asyncDispose]: async () => undefined,
    };
  };
  describeJobQueue(testDatabase.name, openQueues);
  describeJobQueueEnds(testDatabase.name, openQueues);
  describeJobQueueKeeping(testDatabase.name, openQueues);
}
