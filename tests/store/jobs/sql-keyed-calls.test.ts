import { createSqlJobTable } from '../../../src/store/jobs/sql-job-table.ts';
import { createSqlKeyedCalls } from '../../../src/store/jobs/sql-keyed-calls.ts';
import { describeKeyedCalls } from '../../conformance/keyed-calls.ts';
import { shareDatabase, testDatabases } from '../../support/postgres/databases.ts';
import { createHeldClock } from '../../support/time/held-clock.ts';

for (const testDatabase of testDatabases) {
  const openDatabase = shareDatabase(testDatabase);
  describeKeyedCalls(testDatabase.name, async () => {
    const database = await openDatabase();
    const clock = createHeldClock();
    return {
      calls: createSqlKeyedCalls({ database, clock }),
      other: createSqlKeyedCalls({ database, clock }),
      clock,
      sweep: ({ signal }) => createSqlJobTable({ database, clock }).removeOld({ keepMs: 1 }, { signal }),
      async countRows() {
        const rows = await database.kysely.selectFrom('keyed_calls').select('call_id').execute();
        return rows.length;
      },
      [Symbol.asyncDispose]: async () => undefined,
    };
  });
}
