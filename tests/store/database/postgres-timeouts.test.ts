import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sql } from 'kysely';
import { BioMcpError } from '../../../src/errors/bio-mcp-error.ts';
import { openPostgres } from '../../../src/store/database/database.ts';
import { createSqlJobTable } from '../../../src/store/jobs/sql-job-table.ts';
import { createSqlCorpusStore } from '../../../src/store/sql-corpus-store.ts';
import { openBreakableLink } from '../../support/network/breakable-link.ts';
import { createTestPostgres } from '../../support/postgres/databases.ts';

/** Long enough for a statement on a busy machine that nothing holds up. */
const STATEMENT_TIMEOUT_MS = 1_000;
const PAGE = { state: null, tool: null, limit: 1, after: null };

const hasTimedOut = (error: unknown) => error instanceof BioMcpError && error.code === 'DB_TIMEOUT';

describe('a PostgreSQL that takes too long', () => {
  async function openBench() {
    await using opening = new AsyncDisposableStack();
    const url = await createTestPostgres();
    const link = opening.use(await openBreakableLink(url));
    const outside = opening.use(await openPostgres({ url, max: 2 }));
    const database = opening.use(
      await openPostgres({ url: link.url, max: 2, statementTimeoutMs: STATEMENT_TIMEOUT_MS }),
    );
    const stack = opening.move();
    return { link, outside, database, [Symbol.asyncDispose]: () => stack.disposeAsync() };
  }

  test('a statement beyond the limit is DB_TIMEOUT, and the connection serves the next one', async ({
    signal,
  }) => {
    await using bench = await openBench();
    const table = createSqlJobTable(bench);
    const holder = await bench.outside.kysely.startTransaction().execute();
    await sql`lock table jobs in access exclusive mode`.execute(holder);
    await assert.rejects(table.list(PAGE, { signal }), hasTimedOut);
    await holder.rollback().execute();
    assert.deepEqual(await table.list(PAGE, { signal }), []);
  });

  test('who waits for the publish lock waits as long as it takes', async ({ signal }) => {
    await using bench = await openBench();
    const [ours, theirs] = [bench.database, bench.outside].map((database) =>
      createSqlCorpusStore({ database }),
    );
    assert.ok(ours !== undefined && theirs !== undefined);
    const order: string[] = [];
    const mine = await theirs.withPublishLock(
      async () => {
        const waiting = ours.withPublishLock(async () => order.push('ours'), { signal });
        await sql`select pg_sleep(${(1.5 * STATEMENT_TIMEOUT_MS) / 1_000})`.execute(bench.outside.kysely);
        order.push('theirs');
        return { waiting };
      },
      { signal },
    );
    await mine.waiting;
    assert.deepEqual(order, ['theirs', 'ours']);
  });

  test('a server that says nothing at all is DB_TIMEOUT, and its connection is given up', async ({
    signal,
  }) => {
    await using bench = await openBench();
    const table = createSqlJobTable(bench);
    await table.list(PAGE, { signal });
    bench.link.freeze();
    await assert.rejects(table.list(PAGE, { signal }), hasTimedOut);
    bench.link.mend();
    assert.deepEqual(await table.list(PAGE, { signal }), []);
  });
});
