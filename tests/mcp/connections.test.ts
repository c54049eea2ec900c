import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, test } from 'node:test';
import { type McpApp, openMcpApp, toModernRequest } from '../support/mcp/mcp-bench.ts';

/** bench/mcp.ts does the same with ten times as many. */
const CONNECTIONS = 1_000;
const AT_ONCE = 20;
/**
 * What the runtime itself keeps growing by, compiled code among it; a leak of one request each would be more.
 */
const MOST_GROWTH_BYTES = 2 * 1_048_576;

type Visit = (app: McpApp, at: number) => Promise<void>;

async function visit(app: McpApp, count: number, one: Visit): Promise<void> {
  for (let at = 0; at < count; at += AT_ONCE) {
    await Promise.all(Array.from({ length: AT_ONCE }, (_, next) => one(app, at + next)));
  }
}

/** A connection of its own that sends these bytes and is gone after the first that come back, or at once. */
async function hangUp(app: McpApp, bytes: string, { waits }: { waits: boolean }): Promise<void> {
  const { port } = new URL(app.url);
  const socket = connect(Number(port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write(bytes);
  if (waits) await once(socket, 'data');
  socket.destroy();
  await once(socket, 'close');
}

function toHttp(body: string, headers: Record<string, string>): string {
  const all = {
    host: 'localhost',
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    'content-length': String(Buffer.byteLength(body)),
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST /mcp HTTP/1.1\r\n${lines.join('')}\r\n${body}`;
}

const ping = toHttp(...toModernRequest('tools/call', { name: 'ping', arguments: {} }));
const listen = toHttp(
  ...toModernRequest('subscriptions/listen', { notifications: { toolsListChanged: true } }),
);
const initialize = toHttp(
  JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'ping', arguments: {} } }),
  {},
);
const half = ping.slice(0, -40);

const VISITS: readonly Visit[] = [
  (app) => hangUp(app, ping, { waits: true }),
  (app) => hangUp(app, listen, { waits: true }),
  (app) => hangUp(app, initialize, { waits: true }),
  (app) => hangUp(app, ping, { waits: false }),
  (app) => hangUp(app, half, { waits: false }),
];

function countHandles(): number {
  return process.getActiveResourcesInfo().filter((name) => name.startsWith('TCP') || name === 'Timeout')
    .length;
}

async function heapAfterGc(): Promise<number> {
  // Without --expose-gc there is only this way to have garbage collected before it is counted.
  const { setFlagsFromString } = await import('node:v8');
  const { runInNewContext } = await import('node:vm');
  setFlagsFromString('--expose-gc');
  const gc: () => void = runInNewContext('gc');
  for (let round = 0; round < 3; round += 1) {
    gc();
    await new Promise((resolve) => setImmediate(resolve));
  }
  return process.memoryUsage().heapUsed;
}

describe('clients that come and go', () => {
  test(`${CONNECTIONS} connections, cut off at every point, leave no handle, no slot and no memory behind`, async () => {
    await using app = await openMcpApp({ limits: { maxConcurrency: AT_ONCE * 2 } });
    const round: Visit = (target, at) => (VISITS[at % VISITS.length] as Visit)(target, at); // never outside
    await visit(app, CONNECTIONS, round);
    const [handles, heap] = [countHandles(), await heapAfterGc()];
    await visit(app, CONNECTIONS, round);
    const grown = (await heapAfterGc()) - heap;
    assert.ok(grown < MOST_GROWTH_BYTES, `the heap grew by ${grown} bytes`);
    assert.ok(countHandles() <= handles + AT_ONCE, `${countHandles()} handles, ${handles} before`);
    // Every slot is free again: as many listeners and requests as there may be are let in.
    const streams = await Promise.all(
      Array.from({ length: AT_ONCE * 2 }, () => {
        const [body, headers] = toModernRequest('subscriptions/listen', { notifications: {} });
        return app.post(body, headers);
      }),
    );
    assert.deepEqual([...new Set(streams.map(({ status }) => status))], [200]);
    await Promise.all(streams.map(({ body }) => body?.cancel()));
    const answers = await Promise.all(
      Array.from({ length: AT_ONCE }, () => app.post(...toModernRequest('tools/list'))),
    );
    assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
  });

  test('one that asks and asks and never reads is left behind, and the others are answered', async () => {
    await using app = await openMcpApp();
    const { port } = new URL(app.url);
    const socket = connect(Number(port), '127.0.0.1');
    await once(socket, 'connect');
    socket.pause();
    const list = toHttp(...toModernRequest('tools/list'));
    for (let at = 0; at < 500; at += 1) socket.write(list);
    const answers = await Promise.all(
      Array.from({ length: AT_ONCE }, () => app.post(...toModernRequest('tools/list'))),
    );
    assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
    const answered = app.lines.filter(({ msg, status }) => msg === 'request' && status === 200).length;
    assert.ok(answered < 500, `${answered} answers were made for a client that reads none`);
    socket.destroy();
    await once(socket, 'close');
  });
});
