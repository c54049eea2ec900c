import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, test } from 'node:test';
import { createSqlAccessTokens } from '../../src/store/access/sql-access-tokens.ts';
import { giveToken, openGuardedApp } from '../support/http/guarded-app.ts';
import { shareDatabase, testPostgres } from '../support/postgres/databases.ts';
import { createHeldClock } from '../support/time/held-clock.ts';

const openDatabase = shareDatabase(testPostgres);

async function openListening({
  maxConnections,
  callerShare,
}: {
  maxConnections?: number;
  callerShare?: number;
} = {}) {
  const clock = createHeldClock();
  const tokens = createSqlAccessTokens({ database: await openDatabase(), clock });
  const opened = await openGuardedApp({
    ...{ env: { BIO_MCP_AUTH: 'bearer' }, tokens, clock, now: () => 0 },
    ...(maxConnections === undefined ? {} : { maxConnections }),
    ...(callerShare === undefined ? {} : { callerShare }),
  });
  const url = await opened.app.listen({ host: '127.0.0.1', port: 0 });
  const toCredential = async (name: string) =>
    `authorization: Bearer ${await giveToken(tokens, { name, scopes: ['bio:read'] })}`;
  const sockets: Socket[] = [];
  return {
    ...opened,
    toCredential,
    credential: await toCredential('ada'),
    async open(): Promise<Socket> {
      const socket = connect(Number(new URL(url).port), '127.0.0.1').setEncoding('utf8');
      sockets.push(socket);
      socket.on('error', () => undefined); // a connection that is cut is what some tests wait for
      socket.resume(); // or its end would not be noticed
      await once(socket, 'connect');
      return socket;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await opened.app.close();
    },
  };
}
type Listening = Awaited<ReturnType<typeof openListening>>;

/** The head and the beginning of the body of what is answered to these very bytes. */
async function ask(socket: Socket, ...lines: string[]): Promise<string> {
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  const [answer] = await once(socket, 'data');
  return String(answer);
}

const askOnce = async ({ open }: Listening, ...lines: string[]) => ask(await open(), ...lines);

const READ = 'GET /v1/mcp/tools HTTP/1.1';
const OURS = 'host: localhost';

describe('somebody who knows the address alone', () => {
  const unreadable = ['/%', '/v1/jobs/%ff', `/v1/jobs/${'a'.repeat(300)}`, '/livez/%c3'];
  for (const url of unreadable) {
    test(`is answered 401 at ${url.slice(0, 20)}, which cannot be read, and is logged`, async () => {
      await using opened = await openListening();
      const { lines, credential } = opened;
      const answer = await askOnce(opened, `GET ${url} HTTP/1.1`, OURS);
      assert.match(answer, /^HTTP\/1.1 401 [\s\S]*www-authenticate: Bearer [\s\S]*"UNAUTHENTICATED"/);
      const known = await askOnce(opened, `GET ${url} HTTP/1.1`, OURS, credential);
      assert.match(known, /^HTTP\/1.1 400 [\s\S]*The address of the request/);
      const told = lines.filter(({ msg }) => msg === 'request').map(({ path, status }) => [path, status]);
      assert.deepEqual(told, [
        [url, 401],
        [url, 400],
      ]);
    });
  }

  const paths = [
    '//mcp',
    '/%6dcp',
    '/MCP',
    '/mcp.',
    '/mcp/',
    '/./mcp',
    '/x/../mcp',
    '/mcp;x',
    '/mcp%00',
    '*',
  ];
  const detours = ['/livez/../v1/jobs', '/livez%2f..%2fv1%2fjobs', '/livez;/v1/jobs', '//livez', '/LIVEZ'];
  test('finds no other spelling of an address that is open', async () => {
    await using opened = await openListening();
    const socket = await opened.open();
    for (const path of [...paths, ...detours, 'http://localhost/v1/jobs']) {
      assert.match(await ask(socket, `GET ${path} HTTP/1.1`, OURS), /^HTTP\/1.1 401 /, path);
    }
  });

  test('gets 400 for a second host, and 403 for a foreign one in the address itself', async () => {
    await using opened = await openListening();
    const { credential } = opened;
    const two = await askOnce(opened, READ, OURS, 'Host: evil.example', credential);
    assert.match(two, /^HTTP\/1.1 400 [\s\S]*more than one host/);
    const absolute = (url: string) => askOnce(opened, `GET ${url} HTTP/1.1`, OURS, credential);
    assert.match(await absolute('http://evil.example/v1/mcp/tools'), /^HTTP\/1.1 403 /);
    assert.match(await absolute('http://localhost@evil.example/v1/mcp/tools'), /^HTTP\/1.1 403 /);
    assert.match(await absolute('http://localhost/v1/mcp/tools'), /^HTTP\/1.1 200 /);
  });

  test('has a line in the audit for headers that are too large for a credential', async () => {
    await using opened = await openListening();
    await askOnce(opened, READ, OURS, `authorization: Bearer ${'x'.repeat(64_000)}`);
    const [line] = opened.lines.filter(({ msg }) => msg === 'audit');
    assert.deepEqual([line?.audit, line?.from, line?.status], ['refused', '127.0.0.1', 401]);
  });

  test('shuts nobody out by holding connections open', async () => {
    await using opened = await openListening({ maxConnections: 3, callerShare: 1 });
    const { open, credential, lines } = opened;
    // One is never done, one was answered 200 without a credential, one 401.
    const oldest = await open();
    oldest.write('GET /livez HTTP/1.1\r\nx-slow: ');
    const second = await open();
    await ask(second, 'GET /livez HTTP/1.1', OURS);
    const third = await open();
    await ask(third, READ, OURS);
    const [ada] = await Promise.all([open(), once(oldest, 'close')]);
    assert.match(await ask(ada, READ, OURS, credential), /^HTTP\/1.1 200 /);
    const [another] = await Promise.all([open(), once(second, 'close')]);
    assert.ok(!ada.destroyed && !another.destroyed);
    const told = lines.filter(({ msg }) => String(msg).startsWith('too many connections'));
    assert.deepEqual(
      told.map(({ limit, from }) => [limit, from]),
      [[3, '127.0.0.1']],
    );
  });

  test('gets no connection where callers hold all of them', async () => {
    await using opened = await openListening({ maxConnections: 2, callerShare: 1 });
    const { open, credential } = opened;
    const callers = await Promise.all([open(), open()]);
    for (const caller of callers) await ask(caller, READ, OURS, credential);
    const closed = once(await open(), 'close');
    await closed;
    for (const caller of callers) {
      assert.match(await ask(caller, READ, OURS, credential), /^HTTP\/1.1 200 /);
    }
  });
});

describe('one credential', () => {
  test('keeps its share of the connections, and shuts nobody out by holding more', async () => {
    await using opened = await openListening({ maxConnections: 4, callerShare: 0.25 });
    const { open, credential } = opened;
    const held: Socket[] = [];
    for (let count = 0; count < 4; count += 1) {
      const socket = await open();
      held.push(socket);
      await ask(socket, READ, OURS, credential);
    }
    const [first, second, third, fourth] = held as [Socket, Socket, Socket, Socket];
    const [other] = await Promise.all([open(), once(second, 'close')]);
    assert.match(await ask(other, 'GET /livez HTTP/1.1', OURS), /^HTTP\/1.1 200 /);
    for (const kept of [first, third, fourth]) {
      assert.match(await ask(kept, READ, OURS, credential), /^HTTP\/1.1 200 /);
    }
  });

  test('counts for the connections of its own requests, also where a balancer sends those of others over one', async () => {
    await using opened = await openListening({ maxConnections: 4, callerShare: 0.25 });
    const { open, credential, toCredential } = opened;
    const [first, second, third, fourth] = [await open(), await open(), await open(), await open()];
    await ask(first, READ, OURS, credential);
    const others = [await toCredential('bo'), await toCredential('cy'), await toCredential('dan')] as const;
    // What ada began is bo's now, so the next one is within her part.
    await ask(first, READ, OURS, others[0]);
    await ask(second, READ, OURS, credential);
    await ask(third, READ, OURS, others[1]);
    await ask(fourth, READ, OURS, others[2]);
    await once(await open(), 'close'); // all are somebody's, within his part
    for (const kept of [first, second, third, fourth])
      assert.match(await ask(kept, READ, OURS, credential), /^HTTP\/1.1 200 /);
    // All but the second are beyond her part now, and the oldest of them gives way.
    await Promise.all([open(), once(first, 'close')]);
  });
});
