import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, test } from 'node:test';
import { ConfigError } from '../../src/errors/config-error.ts';
import { startHttpServer } from '../../src/http/http-server.ts';
import { createTestApp } from '../support/http/test-app.ts';

/** Sends `bytes` and resolves to all that comes back until the server closes the connection. */
async function exchange(url: string, bytes: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write(bytes);
  return text(socket);
}

/** A connection that is kept after its answer. */
async function openIdle(url: string): Promise<{ ended: Promise<string> }> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write('GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n');
  await once(socket, 'data');
  return { ended: text(socket) };
}

describe('a listening server', () => {
  test('answers what expects more than HTTP knows as if it expected nothing', async () => {
    await using harness = createTestApp();
    await using server = await startHttpServer({ app: harness.app, host: '127.0.0.1', port: 0 });
    const request =
      'GET /healthz HTTP/1.1\r\nhost: localhost\r\nexpect: a-miracle\r\nconnection: close\r\n\r\n';
    assert.match(await exchange(server.url, request), /^HTTP\/1\.1 200 /);
  });

  test('a host that no DNS knows is refused as a setting', async () => {
    await using harness = createTestApp();
    const listening = { app: harness.app, host: 'nowhere.invalid', port: 0, isPrivateNetwork: true };
    await assert.rejects(startHttpServer(listening), (error) => {
      assert.ok(error instanceof ConfigError);
      assert.match(error.message, /^BIO_MCP_HTTP_HOST is no address, and no name that is known here/);
      return true;
    });
  });

  const malformed: [what: string, bytes: string, sentence: RegExp][] = [
    ['bytes that are no HTTP', 'hello\r\n\r\n', /The request is no valid HTTP\./],
    [
      'headers over 16 KiB',
      `GET / HTTP/1.1\r\nhost: localhost\r\nlong: ${'a'.repeat(20_000)}\r\n\r\n`,
      /larger than 16 KiB/,
    ],
    [
      'two lengths that differ',
      'POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n',
      /HTTP/,
    ],
    ['no host', 'GET /healthz HTTP/1.1\r\nconnection: close\r\n\r\n', /no host header/],
  ];
  for (const [what, bytes, sentence] of malformed) {
    test(`answers ${what} with the envelope and hangs up`, async () => {
      await using harness = createTestApp();
      await using server = await startHttpServer({ app: harness.app, host: '127.0.0.1', port: 0 });
      const answer = await exchange(server.url, bytes);
      assert.match(answer, /^HTTP\/1\.1 400 /);
      const body = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')).trim());
      assert.equal(body.error_code, 'VALIDATION');
      assert.match(body.message, sentence);
      assert.match(body.trace_id, /^[0-9a-f]{32}$/);
    });
  }

  test('a caller who leaves aborts the tool, and the log says so', async () => {
    await using harness = createTestApp();
    await using server = await startHttpServer({ app: harness.app, host: '127.0.0.1', port: 0 });
    const leaving = new AbortController();
    const call = fetch(`${server.url}/v1/mcp/invoke`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"tool":"test.wait"}',
      signal: leaving.signal,
    });
    await harness.started;
    leaving.abort();
    await assert.rejects(call, { name: 'AbortError' });
    await harness.aborted;
    const line = harness.lines.find(({ tool }) => tool === 'test.wait');
    assert.equal(line?.status, 499);
    assert.equal(harness.lines.filter(({ level }) => level === 'error').length, 0);
  });

  test('lets a running call finish when it is closed, and takes no new one', async () => {
    await using harness = createTestApp();
    const server = await startHttpServer({ app: harness.app, host: '127.0.0.1', port: 0 });
    const call = fetch(`${server.url}/v1/mcp/invoke`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"tool":"test.wait"}',
    });
    await harness.started;
    const closed = server[Symbol.asyncDispose]();
    await assert.rejects(fetch(`${server.url}/healthz`), TypeError);
    harness.release();
    assert.equal((await call).status, 200);
    await closed;
  });

  test('cancels a call that hangs once its patience is over, and answers it 503', async () => {
    await using harness = createTestApp();
    const address = { app: harness.app, host: '127.0.0.1', port: 0, patienceMs: 0 };
    const server = await startHttpServer(address);
    const idle = await openIdle(server.url);
    const call = fetch(`${server.url}/v1/mcp/invoke`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"tool":"test.hang"}',
    });
    await harness.started;
    const closed = server[Symbol.asyncDispose]();
    const answer = await call;
    assert.equal(answer.status, 503);
    assert.equal(answer.headers.get('retry-after'), '5');
    assert.equal(answer.headers.get('connection'), 'close');
    const { trace_id, ...body } = (await answer.json()) as Record<string, unknown>;
    assert.match(String(trace_id), /^[0-9a-f]{32}$/);
    assert.deepEqual(body, {
      ok: false,
      error_code: 'SHUTTING_DOWN',
      message: 'The service is being stopped; send the request again in a moment.',
      tool: 'test.hang',
    });
    await harness.aborted;
    await closed;
    await idle.ended;
    const line = harness.lines.find(({ tool, status }) => tool === 'test.hang' && status === 503);
    assert.equal(line?.error_code, 'SHUTTING_DOWN');
  });

  test('cuts off who does not send its request to the end', async () => {
    await using harness = createTestApp();
    const address = { app: harness.app, host: '127.0.0.1', port: 0, patienceMs: 0 };
    const server = await startHttpServer(address);
    const half =
      'POST /v1/mcp/invoke HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{';
    const cut = exchange(server.url, half);
    await once(harness.app.server, 'request');
    await server[Symbol.asyncDispose]();
    assert.match(await cut, /^HTTP\/1\.1 503 /);
  });

  test('serves on after callers that misbehave', async () => {
    await using harness = createTestApp();
    await using server = await startHttpServer({ app: harness.app, host: '127.0.0.1', port: 0 });
    await exchange(server.url, 'hello\r\n\r\n');
    assert.equal((await fetch(`${server.url}/healthz`)).status, 200);
  });

  for (const host of ['0.0.0.0', '::', '192.0.2.1', 'example.org']) {
    test(`refuses to listen on ${host}`, async () => {
      await using harness = createTestApp();
      const start = startHttpServer({ app: harness.app, host, port: 0 });
      await assert.rejects(start, (error: unknown) => {
        assert.ok(error instanceof ConfigError);
        assert.match(error.message, /BIO_MCP_AUTH .*BIO_MCP_HTTP_PRIVATE_NETWORK=true/);
        return true;
      });
    });
  }

  for (const safe of [{ isGuarded: true }, { isPrivateNetwork: true }]) {
    test(`listens on 0.0.0.0 with ${JSON.stringify(safe)}`, async () => {
      await using harness = createTestApp();
      await using server = await startHttpServer({ app: harness.app, host: '0.0.0.0', port: 0, ...safe });
      assert.equal((await fetch(`http://127.0.0.1:${new URL(server.url).port}/livez`)).status, 200);
    });
  }

  test('says in one sentence that a port is in use', async () => {
    await using first = createTestApp();
    await using server = await startHttpServer({ app: first.app, host: '127.0.0.1', port: 0 });
    const port = Number(new URL(server.url).port);
    await using second = createTestApp();
    await assert.rejects(startHttpServer({ app: second.app, host: '127.0.0.1', port }), (error: unknown) => {
      assert.ok(error instanceof ConfigError);
      const sentence = `Port ${port} is already in use on 127.0.0.1: stop what listens there, or set BIO_MCP_HTTP_PORT`;
      assert.ok(error.message.startsWith(sentence));
      return true;
    });
  });
});
