import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sql } from 'kysely';
import type { JobId } from '../../src/domain/jobs/job.ts';
import { createSqlJobQueue } from '../../src/queue/sql-job-queue.ts';
import { openPostgres } from '../../src/store/database/database.ts';
import { createSqlJobTable } from '../../src/store/jobs/sql-job-table.ts';
import { createSqlCorpusFigures } from '../../src/store/sql-corpus-figures.ts';
import { shareDatabase, testDatabases } from '../support/postgres/databases.ts';

for (const testDatabase of testDatabases) {
  const openDatabase = shareDatabase(testDatabase);
  describe(`the figures of ${testDatabase.name}`, () => {
    test('count jobs, tell the least advanced, and how long the oldest waits', async ({ signal }) => {
      await using database = await openDatabase();
      const figures = createSqlCorpusFigures({ database });
      const ended: unknown[] = [];
      const table = createSqlJobTable({ database, onEnded: (job) => ended.push(job) });
      const queue = createSqlJobQueue({ table, leaseMs: 30_000, maxAttempts: 5 });
      const empty = await figures.read({ signal });
      assert.deepEqual([empty.jobs, empty.syncs, empty.queueOldestAgeSeconds], [[], [], 0]);
      assert.deepEqual([empty.documents, empty.chunks, empty.quarantined], [0, 0, 0]);

      for (let n = 0; n < 4; n += 1) await queue.enqueue({ tool: 'pubmed.sync', params: { n } }, { signal });
      await queue.enqueue({ tool: 'ping', params: {} }, { signal });
      const claim = async () => (await queue.claim({ tools: ['pubmed.sync'] }, { signal })) ?? assert.fail();
      const [first, second] = [await claim(), await claim()];
      await queue.saveProgress(first, { pct: 80 }, { signal });
      await queue.saveProgress(second, { pct: 30 }, { signal });
      await sql`update jobs set run_after = run_after - interval '90 seconds' where tool = 'ping'`.execute(
        database.kysely,
      );
      const { jobs, queueOldestAgeSeconds } = await figures.read({ signal });
      const sorted = jobs
        .map((job) => ({ ...job }))
        .toSorted((a, b) => a.state.localeCompare(b.state) || a.tool.localeCompare(b.tool));
      assert.deepEqual(sorted, [
        { tool: 'ping', state: 'queued', jobs: 1, leastPct: 0 },
        { tool: 'pubmed.sync', state: 'queued', jobs: 2, leastPct: 0 },
        { tool: 'pubmed.sync', state: 'running', jobs: 2, leastPct: 30 },
      ]);
      assert.ok(queueOldestAgeSeconds >= 90 && queueOldestAgeSeconds < 600, String(queueOldestAgeSeconds));

      assert.deepEqual(ended, []);
      await queue.succeed(first, { result: {}, resultRef: null }, { signal });
      const failure = { errorCode: 'VALIDATION', message: 'No.', retryAfterMs: null, resultRef: null };
      await queue.fail(second, { ...failure, errorCode: 'DB_TIMEOUT', retryable: true }, { signal });
      const third = await claim();
      await queue.fail(third, { ...failure, retryable: false }, { signal });
      const [waiting] = await queue.list({ tool: 'ping', limit: 1, after: null }, { signal });
      await queue.cancel(waiting?.jobId ?? ('' as JobId), { signal });
      assert.deepEqual(ended, [
        { tool: 'pubmed.sync', errorCode: null },
        { tool: 'pubmed.sync', errorCode: 'VALIDATION' },
        { tool: 'ping', errorCode: 'CANCELLED' },
      ]);
    });

    test('name the 50 queries that were synced last, each once, cut at 100 characters', async ({
      signal,
    }) => {
      await using database = await openDatabase();
      const run = (tool: string, state: string, term: string, minute: number) =>
        sql`
        insert into runs (run_id, tool, params, state, started_at, finished_at)
        values (gen_random_uuid(), ${tool}, ${JSON.stringify({ term })}::jsonb, ${state}, '2026-01-01T00:00:00Z',
          '2026-01-01T00:00:00Z'::timestamptz + ${minute} * interval '1 minute')`.execute(database.kysely);
      for (let n = 1; n <= 60; n += 1) await run('pubmed.sync', 'succeeded', `topic ${n}`, n);
      await run('pubmed.sync.incremental', 'succeeded', '  topic\n 60 ', 100);
      await run('pubmed.sync.incremental', 'failed', 'topic 1', 200);
      await run('pubmed.load', 'succeeded', 'no query', 300);
      await run('pubmed.sync', 'succeeded', 'é'.repeat(150), 90);
      const { syncs } = await createSqlCorpusFigures({ database }).read({ signal });
      const start = Date.parse('2026-01-01T00:00:00Z') / 1_000;
      assert.equal(syncs.length, 50);
      assert.deepEqual(syncs.slice(0, 3), [
        { term: 'topic 60', succeededAtSeconds: start + 6_000 },
        { term: 'é'.repeat(100), succeededAtSeconds: start + 5_400 },
        { term: 'topic 59', succeededAtSeconds: start + 3_540 },
      ]);
      assert.ok(!syncs.some(({ term }) => term === 'topic 1'));
    });
  });
}

test('the figures of a database that does not answer are DB_UNAVAILABLE', async ({ signal }) => {
  await using database = await openPostgres({ url: 'postgresql://nobody@127.0.0.1:1/none' });
  const read = createSqlCorpusFigures({ database }).read({ signal });
  await assert.rejects(read, { code: 'DB_UNAVAILABLE' });
});
