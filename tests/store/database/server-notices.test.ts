import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { sql } from 'kysely';
import { openPostgres } from '../../../src/store/database/database.ts';
import { openBreakableLink } from '../../support/network/breakable-link.ts';
import { createTestPostgres } from '../../support/postgres/databases.ts';

/** Of a socket in /proc/net/tcp: the kernel asks now and then whether the other side is there. */
const KEEPALIVE_TIMER = '02';

describe('the connection by which notices come', () => {
  test('keeps nobody from closing the database where the server says nothing any more', async () => {
    await using link = await openBreakableLink(await createTestPostgres());
    const database = await openListening(link.url);
    link.freeze();
    await database[Symbol.asyncDispose]();
  });

  test('is asked after by the kernel, so that one that a firewall dropped is replaced', {
    skip: process.platform === 'linux' ? false : 'only Linux tells of its timers',
  }, async () => {
    await using database = await openListening(await createTestPostgres());
    const { rows } = await sql<{ port: number }>`
      select client_port as port from pg_stat_activity
      where application_name = 'bio-mcp notices' and datname = current_database()`.execute(database.kysely);
    const port = (rows[0]?.port ?? 0).toString(16).padStart(4, '0').toUpperCase();
    const sockets = (await readFile('/proc/net/tcp', 'utf8'))
      .split('\n')
      .map((line) => line.trim().split(/\s+/));
    const [timer] = sockets.flatMap((fields) => (fields[1]?.endsWith(`:${port}`) ? [fields[5]] : []));
    assert.equal(timer?.split(':')[0], KEEPALIVE_TIMER);
  });
});

/** Open, and its notices heard. */
async function openListening(url: string) {
  const database = await openPostgres({ url, max: 1 });
  const heard = Promise.withResolvers<void>();
  database.notices.subscribe((payload) => {
    if (payload === null) heard.resolve();
  });
  await heard.promise;
  return database;
}
