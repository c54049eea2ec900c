import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Clock } from '../../../src/domain/clock.ts';
import { createSqlJobQueue } from '../../../src/queue/sql-job-queue.ts';
import type { Database } from '../../../src/store/database/database.ts';
import { createSqlJobTable } from '../../../src/store/jobs/sql-job-table.ts';
import { shareDatabase, testDatabases } from '../../support/postgres/databases.ts';
import { createHeldClock } from '../../support/time/held-clock.ts';

const TOOL = 'pubmed.sync';

function openQueue(database: Database, clock: Clock, leaseMs: number) {
  return createSqlJobQueue({ table: createSqlJobTable({ database, clock }), leaseMs, maxAttempts: 5 });
}

for (const testDatabase of testDatabases) {
  const openDatabase = shareDatabase(testDatabase);

  describe(`leases on ${testDatabase.name}`, () => {
    test('the lease of a worker with the longest setting is left alone by one with a short one', async ({
      signal,
    }) => {
      const database = await openDatabase();
      const clock = createHeldClock();
      const long = openQueue(database, clock, 3_600_000);
      await long.enqueue({ tool: TOOL, params: {} }, { signal });
      await long.claim({ tools: [TOOL] }, { signal });

      assert.equal(await openQueue(database, clock, 1_000).sweep({ signal }), 0);
    });

    test('a lease that was given before the clock was set back by 30 days lapses', async ({ signal }) => {
      const database = await openDatabase();
      const wrong = openQueue(database, createHeldClock('2026-03-31T00:00:00.000Z'), 30_000);
      const { job } = await wrong.enqueue({ tool: TOOL, params: {} }, { signal });
      await wrong.claim({ tools: [TOOL] }, { signal });
      const right = openQueue(database, createHeldClock('2026-03-01T00:00:00.000Z'), 30_000);

      assert.equal(await right.sweep({ signal }), 1);
      assert.equal((await right.get(job.jobId, { signal })).state, 'queued');
      assert.equal((await right.claim({ tools: [TOOL] }, { signal }))?.jobId, job.jobId);
    });
  });
}
