import { sql } from 'kysely';
import { createSqlStartSchedule } from '../../src/store/sql-start-schedule.ts';
import { describeStartSchedule } from '../conformance/start-schedule.ts';
import { shareDatabase, testDatabases } from '../support/databases.ts';

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
