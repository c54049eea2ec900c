import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sql } from 'kysely';
import { createSqlJobTable } from '../../../src/store/jobs/sql-job-table.ts';
import { shareDatabase, testDatabases } from '../../support/postgres/databases.ts';

const KEEP_MS = 60_000;
const ROWS = 200;

const [pglite] = testDatabases;
assert.ok(pglite !== undefined);
const openDatabase = shareDatabase(pglite);

describe('the jobs table of the embedded database', () => {
  test('takes no more of the disk for jobs that come and go', async ({ signal }) => {
    const database = await openDatabase();
    const table = createSqlJobTable({ database });

    async function comeAndGo(): Promise<number> {
      await sql`
        insert into jobs (id, tool, params, params_hash, state, run_after, result, created_at, finished_at, updated_at)
        select gen_random_uuid(), 'ping', '{}', number::text, 'succeeded', now(), to_json(repeat('x', 500)),
          now(), now() - interval '1 hour', now()
        from generate_series(1, ${ROWS}::int) as number`.execute(database.kysely);
      let removed = 0;
      while (removed < ROWS) removed += await table.removeOld({ keepMs: KEEP_MS }, { signal });
      const answer = await sql<{
        bytes: number;
      }>`select pg_table_size('jobs')::int as bytes`.execute(database.kysely);
      return answer.rows[0]?.bytes ?? Number.NaN;
    }

    const once = await comeAndGo();
    await comeAndGo();
    assert.ok((await comeAndGo()) <= once);
  });
});
