import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { openPostgres } from '../../../src/store/database/database.ts';
import { openBreakableLink } from '../../support/network/breakable-link.ts';
import { createTestPostgres } from '../../support/postgres/databases.ts';

/** Of a socket in /proc/net/tcp: the kernel asks now and then whether the other side is there. */
const KEEPALIVE_TIMER = '02';

const CLOSING = fileURLToPath(new URL('../../support/processes/closing-database.ts', import.meta.url));

describe('the connection by which notices come', () => {
  test('keeps nobody from closing the database where the server says nothing any more', async () => {
    await using link = await openBreakableLink(await createTestPostgres());
    const database = await openListening(link.url);
    link.freeze();
    await database[Symbol.asyncDispose]();
  });

  test('keeps no process that has closed the database, nor does any other connection', async () => {
    await using link = await openBreakableLink(await createTestPostgres());
    const child = spawn(process.execPath, [CLOSING, link.url], { stdio: ['pipe', 'pipe', 'inherit'] });
    const ended = once(child, 'exit');
    await once(child.stdout, 'data');
    link.freeze();
    child.stdin.end();
    assert.deepEqual(await ended, [0, null]);
  });

  test('is asked after by the kernel, so that one that a firewall dropped is replaced', {
    skip: process.platform === 'linux' ? false : 'only Linux tells of its timers',
  }, async () => {
    await using database = await openListening(await createTestPostgres());
    const { rows } = await sql<{ port: number; server: number }>`
      select client_port as port, inet_server_port() as server from pg_stat_activity
      where application_name = 'bio-mcp notices' and datname = current_database()`.execute(database.kysely);
    // Both, since another connection may have the same port of ours.
    const [port, server] = [rows[0]?.port, rows[0]?.server].map(toPort);
    const sockets = (await readFile('/proc/net/tcp', 'utf8'))
      .split('\n')
      .map((line) => line.trim().split(/\s+/));
    const [timer] = sockets.flatMap(([, local, remote, , , timers]) =>
      local?.endsWith(`:${port}`) && remote?.endsWith(`:${server}`) ? [timers] : [],
    );
    assert.equal(timer?.split(':')[0], KEEPALIVE_TIMER);
  });
});

/** As /proc/net/tcp writes it. */
function toPort(port = 0): string {
  return port.toString(16).padStart(4, '0').toUpperCase();
}

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
