import assert from 'node:assert/strict';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { describe, test } from 'node:test';
import { BioMcpError } from '../../src/errors/bio-mcp-error.ts';
import { createStdioTransport } from '../../src/mcp/stdio-transport.ts';
import { TOOLS } from '../../src/tools/tools.ts';
import { askUntil } from '../support/awaited.ts';
import { _meta, INITIALIZE, LONG_MS, openStdioBench } from '../support/mcp/stdio-bench.ts';

describe('the corpus opens in the background', () => {
  const LIST = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
  const starts: [era: string, messages: object[]][] = [
    ['older', [INITIALIZE, { jsonrpc: '2.0', method: 'notifications/initialized' }, LIST]],
    ['newer', [{ ...LIST, params: { _meta } }]],
  ];
  for (const [era, messages] of starts) {
    test(`once a client of the ${era} era has its list, without a call, and once only`, async (t) => {
      t.mock.timers.enable({ apis: ['setTimeout'] });
      let openings = 0;
      const openCorpus = async () => {
        openings += 1;
      };
      await using client = openStdioBench({}, { openCorpus });
      for (const message of messages) client.write(message);
      let answer = await client.read();
      while (answer.id !== 1) answer = await client.read();
      assert.equal(openings, 0, 'not before the list');
      t.mock.timers.tick(LONG_MS);
      assert.equal(openings, 1);
      client.write({
        jsonrpc: '2.0',
        id: 2,
        method: 'tools/list',
        params: messages.length === 1 ? { _meta } : {},
      });
      await client.read();
      t.mock.timers.tick(LONG_MS);
      assert.equal(openings, 1);
    });
  }

  test('not for a client that has not finished its handshake, nor after the end', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    let openings = 0;
    const openCorpus = async () => {
      openings += 1;
    };
    {
      await using client = openStdioBench({}, { openCorpus });
      client.write(INITIALIZE);
      await client.read();
      t.mock.timers.tick(LONG_MS);
      client.write({ jsonrpc: '2.0', id: 2, method: 'ping' });
      await client.read();
    }
    t.mock.timers.tick(LONG_MS);
    assert.equal(openings, 0);
  });

  test('where it fails, lists are answered as ever and the first call is told why', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const away = new BioMcpError('DB_UNAVAILABLE', 'The database is away.');
    const openCorpus = () => Promise.reject(away);
    await using client = openStdioBench({ call: openCorpus }, { openCorpus });
    client.write(INITIALIZE);
    await client.read();
    client.write(LIST);
    await client.read();
    t.mock.timers.tick(LONG_MS);
    client.write({ ...LIST, id: 2 });
    assert.equal((await client.read()).result.tools.length, TOOLS.length);
    client.write({ jsonrpc: '2.0', id: 3, method: 'tools/call', params: { name: 'corpus_status' } });
    let answer = await client.read();
    while (answer.id !== 3) answer = await client.read();
    assert.equal(answer.result.isError, true);
    assert.match(JSON.stringify(answer.result), /DB_UNAVAILABLE.*The database is away/);
  });
});

describe('the end of a connection over stdio', () => {
  const ping = { jsonrpc: '2.0', id: 5, method: 'tools/call', params: { name: 'ping' } };

  test('comes when the client closes the input and has its answers', async () => {
    const client = openStdioBench({ call: async () => ({ pong: true }) });
    const initialized = { jsonrpc: '2.0', method: 'notifications/initialized' };
    client.stdin.end([INITIALIZE, initialized, ping].map((line) => `${JSON.stringify(line)}\n`).join(''));
    assert.equal((await client.read()).id, 0);
    assert.deepEqual((await client.read()).result.structuredContent, { pong: true });
    await client.ended;
  });

  test('comes after the last line, also where that has no end of its own', async () => {
    const client = openStdioBench({ call: async () => ({ pong: true }) });
    client.stdin.end(JSON.stringify(ping));
    assert.deepEqual((await client.read()).result.structuredContent, { pong: true });
    await client.ended;
  });

  test('does not wait for a client that listens for changes', async () => {
    const client = openStdioBench();
    const params = { _meta, notifications: { resourcesListChanged: true } };
    client.write({ jsonrpc: '2.0', id: 1, method: 'subscriptions/listen', params });
    assert.equal((await client.read()).method, 'notifications/subscriptions/acknowledged');
    client.stdin.end();
    await client.ended;
  });

  test('is seen, and comes after the grace time, while the client reads nothing', async ({ mock }) => {
    mock.timers.enable({ apis: ['setTimeout'] });
    const stdout = new PassThrough({ highWaterMark: 1_000 });
    const client = openStdioBench({ call: async () => ({ filling: 'x'.repeat(2_000) }) }, { stdout });
    for (let id = 1; id <= 1_000; id++) client.write({ ...ping, id });
    client.stdin.end();
    await once(client.stdin, 'end');
    mock.timers.tick(10_000);
    await client.ended;
  });

  test('comes when the client closes the input; what runs beyond the grace time is told to stop', async ({
    mock,
  }) => {
    mock.timers.enable({ apis: ['setTimeout'] });
    const aborted = Promise.withResolvers<void>();
    const started = Promise.withResolvers<void>();
    const client = openStdioBench({
      call: (_call, { signal }) => {
        started.resolve();
        return new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => {
            aborted.resolve();
            reject(signal.reason);
          }),
        );
      },
    });
    client.write(ping);
    await started.promise;
    client.stdin.end();
    await once(client.stdin, 'end');
    mock.timers.tick(10_000);
    await Promise.all([client.ended, aborted.promise]);
  });

  test('comes after the grace time that is given, with a call unanswered', async ({ mock }) => {
    mock.timers.enable({ apis: ['setTimeout'] });
    const stdin = new PassThrough();
    const ended = Promise.withResolvers<void>();
    const given = { stdin, stdout: new PassThrough(), graceMs: 1_500, onEnd: ended.resolve };
    const transport = createStdioTransport(given);
    await transport.start();
    stdin.end(`${JSON.stringify(ping)}\n`);
    await once(stdin, 'end');
    mock.timers.tick(1_500);
    await ended.promise;
  });

  test('comes when the client stops reading for good', async () => {
    const client = openStdioBench();
    client.stdout.destroy();
    await client.ended;
  });

  test('comes with the signal, while the client is still there', async () => {
    const client = openStdioBench();
    client.stop.abort();
    await client.ended;
    assert.equal(client.stdin.destroyed, true);
  });

  test('while the client does not read, nothing more is read from it', async () => {
    let calls = 0;
    const stdout = new PassThrough({ highWaterMark: 1_000 });
    await using client = openStdioBench(
      { call: async () => ({ n: ++calls, filling: 'x'.repeat(500) }) },
      { stdout },
    );
    const params = { name: 'ping', arguments: { message: 'x'.repeat(1_000) } };
    const call = { jsonrpc: '2.0', method: 'tools/call', params };
    client.write(INITIALIZE);
    const MANY = 2_000;
    for (let id = 1; id <= MANY; id++) client.write({ ...call, id });
    // Nobody reads: the stream takes what fits, then the server stops taking requests in.
    await askUntil(async () => client.stdin.isPaused() || null, {
      what: 'a server that is full',
      pauseMs: 0,
    });
    assert.ok(calls < MANY, `${calls} calls were made for a client that reads none of the answers`);
    const ids = new Set<number>();
    while (ids.size < MANY + 1) ids.add((await client.read()).id);
    assert.equal(calls, MANY);
  });
});
