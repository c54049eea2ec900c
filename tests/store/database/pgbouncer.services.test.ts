import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sql } from 'kysely';
import pg from 'pg';
import { BioMcpError } from '../../../src/errors/bio-mcp-error.ts';
import { migrateDatabase, openPostgres } from '../../../src/store/database/database.ts';
import { createSessionSetup } from '../../../src/store/database/server/prepare-session.ts';
import { createSqlCorpusStore } from '../../../src/store/sql-corpus-store.ts';
import { examineCheck } from '../../support/examine-check.ts';
import { createTestPostgres } from '../../support/postgres/databases.ts';
import { startPgbouncer, whyNoPgbouncer } from '../../support/postgres/pgbouncer.ts';

describe('behind PgBouncer', { skip: whyNoPgbouncer() }, () => {
  async function start(given: Partial<Parameters<typeof startPgbouncer>[0]> & { isMigrated?: boolean }) {
    const { isMigrated = true, ...rest } = given;
    return startPgbouncer({ target: await createTestPostgres({ isMigrated }), poolMode: 'session', ...rest });
  }
  const examine = (url: string) => examineCheck('database', { BIO_MCP_DATABASE_URL: url });

  test('sessions of our own work, migrations and the publish lock with its time limits too', async ({
    signal,
  }) => {
    await using bouncer = await start({ isMigrated: false });
    await using database = await openPostgres({ url: bouncer.url, max: 2 });
    assert.ok((await migrateDatabase(database)).length > 0);
    await using store = createSqlCorpusStore({ database });
    await store.withPublishLock(async () => undefined, { signal });
    const { rows } = await sql`select current_setting('statement_timeout') as limit`.execute(database.kysely);
    assert.deepEqual(rows, [{ limit: '1min' }]);
    assert.equal((await examine(bouncer.url)).state, 'ok');
  });

  for (const poolMode of ['transaction', 'statement'] as const) {
    for (const server_round_robin of [0, 1]) {
      test(`${poolMode} mode is refused, round robin ${server_round_robin}, and names what to do`, async () => {
        await using bouncer = await start({ poolMode, settings: { server_round_robin } });
        const { remedy } = await examine(bouncer.url);
        assert.match(remedy ?? '', /the address of PostgreSQL itself, or set pool_mode = session/);
      });
    }
  }

  test('in transaction mode our time limits reach no other client', async () => {
    await using bouncer = await start({ poolMode: 'transaction', settings: { default_pool_size: 1 } });
    await examine(bouncer.url);
    const other = new pg.Client({ connectionString: bouncer.url });
    await other.connect();
    const { rows } = await other.query(`select current_setting('statement_timeout') as limit`);
    await other.end();
    assert.deepEqual(rows, [{ limit: '0' }]);
  });

  test('silence of a pool that is used up is told as such', async () => {
    await using bouncer = await start({ settings: { default_pool_size: 1 } });
    const client = new pg.Client({ connectionString: bouncer.url });
    await client.connect();
    const address = { connectionString: bouncer.url };
    const prepare = createSessionSetup({ address, settings: {}, timeoutMs: 300 });
    await assert.rejects(prepare(client), { code: 'DB_UNAVAILABLE', hint: /raise its default_pool_size/ });
    await client.end();
  });

  const REFUSALS: [
    name: string,
    parts: Parameters<typeof start>[0],
    change: (url: URL) => void,
    remedy: RegExp,
  ][] = [
    [
      'a startup parameter',
      {},
      (url) => url.searchParams.set('options', '-c search_path=public'),
      /startup parameter options: add it to ignore_startup_parameters/,
    ],
    [
      'an unknown database',
      {},
      (url) => {
        url.pathname = '/nowhere';
      },
      /under \[databases\] in pgbouncer\.ini/,
    ],
    [
      'a wrong password',
      {},
      (url) => {
        url.password = 'wrong';
      },
      /user and password/,
    ],
    [
      'one client too many',
      { settings: { max_client_conn: 0 } },
      () => undefined,
      /raise its max_client_conn/,
    ],
    [
      'a pool that is used up',
      { settings: { default_pool_size: 1, query_wait_timeout: 1 } },
      () => undefined,
      /raise its default_pool_size/,
    ],
    [
      'a login that PostgreSQL refuses to PgBouncer',
      { behind: 'user=postgres password=wrong' },
      () => undefined,
      /user and password|PgBouncer gets no connection from PostgreSQL/,
    ],
  ];
  for (const [name, given, change, remedy] of REFUSALS) {
    test(`${name} is named, and what mends it`, async () => {
      await using bouncer = await start(given);
      const url = new URL(bouncer.url);
      change(url);
      await using database = await openPostgres({ url: url.href, max: 2 });
      await assert.rejects(migrateDatabase(database), (error) => {
        assert.ok(error instanceof BioMcpError);
        assert.equal(error.code, 'DB_UNAVAILABLE');
        assert.match(error.hint, remedy, error.message);
        return true;
      });
    });
  }
});
