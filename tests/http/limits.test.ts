import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { ANYBODY } from '../../src/domain/caller.ts';
import { toCallerSignal } from '../../src/http/caller-signal.ts';
import { startHttpServer } from '../../src/http/http-server.ts';
import { createLimits } from '../../src/http/limits.ts';
import { createTestApp } from '../support/http/test-app.ts';

const WAIT = { method: 'POST', url: '/v1/mcp/invoke', payload: { tool: 'test.wait' } } as const;
const PING = { ...WAIT, payload: { tool: 'ping' } };

describe('back-pressure', () => {
  test('a tool at its limit is TOOL_BUSY at once, while others go on', async () => {
    await using harness = createTestApp({ limits: { toolLimits: { 'test.wait': 1 } } });
    const running = harness.app.inject(WAIT);
    await harness.started;
    const refused = await harness.app.inject(WAIT);
    assert.deepEqual([refused.statusCode, refused.json().error_code], [429, 'TOOL_BUSY']);
    assert.equal(refused.json().tool, 'test.wait');
    assert.match(String(refused.headers['retry-after']), /^[1-9]\d*$/);
    assert.equal((await harness.app.inject(PING)).statusCode, 200);
    harness.release();
    assert.equal((await running).statusCode, 200);
    assert.equal((await harness.app.inject(WAIT)).statusCode, 200);
  });

  test('a server at its limit refuses every request but probes', async () => {
    await using harness = createTestApp({ limits: { maxConcurrency: 1 } });
    const running = harness.app.inject(WAIT);
    await harness.started;
    for (const url of ['/v1/mcp/tools', '/openapi.json', '/nowhere']) {
      assert.equal((await harness.app.inject(url)).statusCode, 429);
    }
    for (const url of ['/livez', '/healthz', '/readyz']) {
      assert.equal((await harness.app.inject(url)).statusCode, 200);
    }
    harness.release();
    await running;
    assert.equal((await harness.app.inject('/v1/mcp/tools')).statusCode, 200);
  });

  test('a caller who hangs up frees the slots and cancels the work', async () => {
    const limits = { maxConcurrency: 1, toolLimits: { 'test.wait': 1 } };
    await using harness = createTestApp({ limits });
    await using server = await startHttpServer({ app: harness.app, host: '127.0.0.1', port: 0 });
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    const body = '{"tool":"test.wait"}';
    socket.write(
      `POST /v1/mcp/invoke HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    await harness.started;
    socket.destroy();
    await once(socket, 'close');
    await harness.aborted;
    harness.release();
    assert.equal((await harness.app.inject(WAIT)).statusCode, 200);
  });

  test('a caller who left while his credential was looked at takes no slot, and changes nothing', async () => {
    const asked: string[] = [];
    await using harness = createTestApp({ limits: { maxConcurrency: 1 } });
    const { app } = harness;
    app.delete('/leaves', async () => void asked.push('DELETE'));
    let socket: Socket;
    const looked = Promise.withResolvers<void>();
    app.addHook('onRequest', async ({ url }, { raw }) => {
      if (url !== '/leaves') return;
      socket.destroy();
      await once(raw, 'close');
      looked.resolve();
    });
    await using server = await startHttpServer({ app, host: '127.0.0.1', port: 0 });
    socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.write('DELETE /leaves HTTP/1.1\r\nhost: localhost\r\n\r\n');
    await looked.promise;
    await setImmediate();
    assert.deepEqual(asked, []);
    assert.equal((await app.inject(PING)).statusCode, 200);
  });

  test('what listens to the end of an answer after it is told at once', async () => {
    await using harness = createTestApp();
    const { app } = harness;
    const signal = Promise.withResolvers<AbortSignal>();
    let socket: Socket;
    app.get('/leaves', async (_request, reply) => {
      socket.destroy();
      await once(reply.raw, 'close');
      signal.resolve(toCallerSignal(reply));
      return reply.hijack();
    });
    await using server = await startHttpServer({ app, host: '127.0.0.1', port: 0 });
    socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.write('GET /leaves HTTP/1.1\r\nhost: localhost\r\n\r\n');
    assert.equal((await signal.promise).aborted, true);
  });

  test('a caller whose body comes slowly holds no slot', async () => {
    await using harness = createTestApp({ limits: { maxConcurrency: 1 } });
    await using server = await startHttpServer({ app: harness.app, host: '127.0.0.1', port: 0 });
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1').setEncoding('utf8');
    const body = '{"tool":"ping"}';
    socket.write(
      `POST /v1/mcp/invoke HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\nexpect: 100-continue\r\ncontent-length: ${body.length}\r\n\r\n`,
    );
    const [seen]: string[] = await once(socket, 'data');
    assert.match(seen ?? '', /^HTTP\/1.1 100 /);
    assert.equal((await harness.app.inject(PING)).statusCode, 200);
    socket.write(body);
    const [answer]: string[] = await once(socket, 'data');
    assert.match(answer ?? '', /^HTTP\/1.1 200 /);
    socket.destroy();
  });

  test('a job is enqueued whatever the limit of its tool', async () => {
    await using harness = createTestApp({ limits: { toolLimits: { 'test.wait': 1 } } });
    const running = harness.app.inject(WAIT);
    await harness.started;
    const answer = await harness.app.inject({ ...WAIT, url: '/v1/jobs' });
    assert.equal(answer.json().error_code, 'DB_UNAVAILABLE', 'it got as far as the queue');
    harness.release();
    await running;
  });
});

describe('streams', () => {
  const ada = { name: 'ada', via: 'bearer', scope: 'read' } as const;
  const sentence = /^You listen to 2 streams already, the most that one credential may: close one/;

  test('of one credential are a part of all, and leave the rest to others', () => {
    const limits = createLimits({ maxConcurrency: 8, callerShare: 0.25, toolLimits: {} });
    const [first] = [limits.enterStream(ada), limits.enterStream(ada)];
    assert.throws(() => limits.enterStream(ada), { code: 'TOOL_BUSY', hint: sentence });
    // Who has the same name elsewhere is another.
    const others = [
      { ...ada, via: 'oidc' },
      { ...ada, name: 'bo' },
      { ...ada, name: 'cy' },
    ] as const;
    for (const other of others) for (const _ of [1, 2]) limits.enterStream(other);
    // A refusal for want of room takes nothing of the share.
    const dan = { ...ada, name: 'dan' };
    for (const _ of [1, 2, 3]) assert.throws(() => limits.enterStream(dan), /8 callers listen already/);
    first?.[Symbol.dispose]();
    limits.enterStream(dan);
  });

  test('are for all where nobody is asked who he is', () => {
    const limits = createLimits({ maxConcurrency: 8, callerShare: 0.25, toolLimits: {} });
    for (let count = 0; count < 8; count += 1) limits.enterStream(ANYBODY);
    assert.throws(() => limits.enterStream(ANYBODY), /8 callers listen already/);
  });
});

describe('waits', () => {
  const ada = { name: 'ada', via: 'bearer', scope: 'read' } as const;
  const toolLimits = { 'jobs.get': 8 };

  test('of one credential are a part of all, and leave the rest to others', () => {
    const limits = createLimits({ maxConcurrency: 200, callerShare: 0.25, toolLimits });
    const [first] = [limits.enterWait('jobs.get', ada), limits.enterWait('jobs.get', ada)];
    assert.throws(() => limits.enterWait('jobs.get', ada), {
      code: 'TOOL_BUSY',
      hint: 'You wait in 2 calls of jobs.get already, the most that one credential may: ask without waiting, or try again later.',
    });
    for (const name of ['bo', 'cy', 'dan'])
      for (const _ of [1, 2]) assert.ok(limits.enterWait('jobs.get', { ...ada, name }) !== null);
    // Where all are taken, whoever has some of his share left is answered without waiting, each time.
    for (const _ of [1, 2, 3]) assert.equal(limits.enterWait('jobs.get', { ...ada, name: 'eve' }), null);
    first?.[Symbol.dispose]();
    assert.ok(limits.enterWait('jobs.get', { ...ada, name: 'eve' }) !== null);
  });

  test('are for all where nobody is asked who he is, and for the operator', () => {
    const limits = createLimits({ maxConcurrency: 200, callerShare: 0.25, toolLimits });
    for (let count = 0; count < 4; count += 1) {
      assert.ok(limits.enterWait('jobs.get', ANYBODY) !== null);
      assert.ok(limits.enterWait('jobs.get', null) !== null);
    }
    assert.equal(limits.enterWait('jobs.get', null), null);
  });
});
