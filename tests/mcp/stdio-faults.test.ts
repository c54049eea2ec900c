import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { TOOLS } from '../../src/tools/tools.ts';
import { _meta, INITIALIZE, openStdioBench } from '../support/mcp/stdio-bench.ts';

describe('what is wrong on stdin is answered, and the connection goes on', () => {
  const lines: [what: string, line: string, code: number, id: number | undefined][] = [
    ['broken JSON', '{"jsonrpc": "2.0", "id": 1,', -32_700, undefined],
    ['JSON that is no message', '{"id": 7, "hello": "you"}', -32_600, 7],
    [
      'a message nested 100,000 levels deep',
      `{"jsonrpc":"2.0","id":8,"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
      -32_600,
      8,
    ],
    ['a batch', `[${JSON.stringify(INITIALIZE)}]`, -32_600, undefined],
    ['a line of more than 4 MiB', `"${'x'.repeat(5 * 1_048_576)}"`, -32_600, undefined],
  ];
  for (const [what, line, code, id] of lines) {
    test(what, async () => {
      await using client = openStdioBench();
      client.write(line);
      const { error, ...rest } = await client.read();
      assert.equal(error.code, code);
      assert.equal(rest.id, id);
      client.write(INITIALIZE);
      assert.equal((await client.read()).result.protocolVersion, '2025-11-25');
    });
  }

  test('blank lines and line ends of Windows are nothing', async () => {
    await using client = openStdioBench();
    client.stdin.write(`\r\n\n${JSON.stringify(INITIALIZE)}\r\n`);
    assert.equal((await client.read()).id, 0);
  });

  test('a message that comes in pieces, in the middle of a character, is put together', async () => {
    await using client = openStdioBench({ call: async ({ params }) => params });
    const line = {
      ...INITIALIZE,
      id: 1,
      method: 'tools/call',
      params: { name: 'ping', arguments: { message: 'Füße' } },
    };
    client.write(INITIALIZE);
    await client.read();
    for (const byte of Buffer.from(`${JSON.stringify(line)}\n`)) client.stdin.write(Buffer.of(byte));
    assert.deepEqual((await client.read()).result.structuredContent, { message: 'Füße' });
  });
});

describe('parameters that break the protocol are refused with one sentence', () => {
  const requests: [method: string, params: object, field: string][] = [
    ['logging/setLevel', { level: 'loud' }, 'level'],
    ['prompts/get', { name: 'literature_review', arguments: { question: 5 } }, 'arguments.question'],
    ['resources/read', {}, 'uri'],
    ['completion/complete', { ref: { type: 'ref/fish' }, argument: { name: 'a', value: '' } }, 'ref'],
    ['tools/call', { name: 'ping', arguments: 'hello' }, 'arguments'],
    ['tools/list', { cursor: 5 }, 'cursor'],
  ];
  for (const [method, params, field] of requests) {
    test(`${method} in both eras`, async () => {
      await using older = openStdioBench();
      older.write(INITIALIZE);
      await older.read();
      older.write({ jsonrpc: '2.0', id: 1, method, params });
      const answers = [await older.read()];
      if (method !== 'logging/setLevel') {
        await using newer = openStdioBench();
        newer.write({ jsonrpc: '2.0', id: 1, method, params: { ...params, _meta } });
        answers.push(await newer.read());
      }
      for (const { id, error } of answers) {
        assert.deepEqual([id, error.code], [1, -32_602]);
        assert.ok(error.message.startsWith(`Invalid parameters of ${method}: `), error.message);
        assert.ok(error.message.includes(field), error.message);
        assert.doesNotMatch(error.message, /\n|"path"/);
      }
    });
  }
});

describe('the two eras over stdio', () => {
  test('an unknown version of the older era is answered with the newest of it', async () => {
    await using client = openStdioBench();
    client.write({ ...INITIALIZE, params: { ...INITIALIZE.params, protocolVersion: '1999-01-01' } });
    assert.equal((await client.read()).result.protocolVersion, '2025-11-25');
  });

  test('an unknown version of the newer era is refused with those that are spoken', async () => {
    await using client = openStdioBench();
    const meta = { ..._meta, 'io.modelcontextprotocol/protocolVersion': '2031-01-01' };
    client.write({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: { _meta: meta } });
    const { error } = await client.read();
    assert.equal(error.code, -32_022);
    assert.deepEqual(error.data.supported, ['2026-07-28']);
  });

  test('a request of the newer era needs no handshake', async () => {
    await using client = openStdioBench();
    client.write({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: { _meta } });
    const { result } = await client.read();
    assert.equal(result.tools.length, TOOLS.length);
    assert.equal(result.resultType, 'complete');
  });

  test('the older era declares subscriptions, changes of lists and the log', async () => {
    await using client = openStdioBench();
    client.write(INITIALIZE);
    const { capabilities } = (await client.read()).result;
    assert.deepEqual(capabilities, {
      tools: { listChanged: true },
      resources: { subscribe: true, listChanged: true },
      prompts: { listChanged: true },
      completions: {},
      logging: {},
    });
  });

  test('the older era is answered with a job also where a request says that it knows tasks', async () => {
    const job = { job_id: '00000000-0000-4000-8000-000000000000', tool: 'pubmed.sync', state: 'queued' };
    const follow = () => new Promise<never>(() => undefined);
    await using client = openStdioBench({ call: async () => job, follow });
    client.write(INITIALIZE);
    await client.read();
    const capabilities = { extensions: { 'io.modelcontextprotocol/tasks': {} } };
    const meta = { ..._meta, 'io.modelcontextprotocol/clientCapabilities': capabilities };
    const params = { name: 'pubmed_sync', arguments: { term: 'wombats' }, _meta: meta };
    client.write({ jsonrpc: '2.0', id: 2, method: 'tools/call', params });
    assert.equal((await client.read()).method, 'notifications/message');
    const { result } = await client.read();
    assert.equal(result.structuredContent.job_id, job.job_id);
    assert.equal(result.taskId, undefined);
  });

  test('unknown methods are not found, and a call before initialize is answered', async () => {
    await using client = openStdioBench({ call: async () => ({ pong: true }) });
    client.write({ jsonrpc: '2.0', id: 'a', method: 'tools/call', params: { name: 'ping' } });
    assert.deepEqual((await client.read()).result.structuredContent, { pong: true });
    client.write({ jsonrpc: '2.0', id: 'b', method: 'tools/fly' });
    assert.equal((await client.read()).error.code, -32_601);
  });

  test('a call that is taken back reaches the tool as an aborted signal and is not answered', async () => {
    const aborted = Promise.withResolvers<unknown>();
    const started = Promise.withResolvers<void>();
    await using client = openStdioBench({
      call: (_call, { signal }) => {
        started.resolve();
        return new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => {
            aborted.resolve(signal.reason);
            reject(signal.reason);
          }),
        );
      },
    });
    client.write(INITIALIZE);
    await client.read();
    client.write({ jsonrpc: '2.0', id: 5, method: 'tools/call', params: { name: 'ping' } });
    await started.promise;
    const cancelled = { requestId: 5, reason: 'changed my mind' };
    client.write({ jsonrpc: '2.0', method: 'notifications/cancelled', params: cancelled });
    assert.equal(await aborted.promise, 'changed my mind');
    client.write({ jsonrpc: '2.0', id: 6, method: 'ping' });
    assert.equal((await client.read()).id, 6);
  });
});

describe('the log over stdio', () => {
  const job = { job_id: '00000000-0000-4000-8000-000000000000', tool: 'pubmed.sync', state: 'queued' };
  const sync = { jsonrpc: '2.0', id: 2, method: 'tools/call', params: { name: 'pubmed_sync' } };

  test('tells a client of the older era what is at the level that it set, or above', async () => {
    const follow = () => new Promise<never>(() => undefined);
    await using client = openStdioBench({ call: async () => job, follow });
    client.write(INITIALIZE);
    await client.read();
    client.write({ jsonrpc: '2.0', id: 1, method: 'logging/setLevel', params: { level: 'info' } });
    assert.deepEqual((await client.read()).result, {});
    client.write(sync);
    const { method, params } = await client.read();
    assert.equal(method, 'notifications/message');
    assert.deepEqual(params.data, { tool: 'pubmed.sync', job_id: job.job_id, state: 'queued' });
    assert.equal((await client.read()).id, 2);
    client.write({ jsonrpc: '2.0', id: 1, method: 'logging/setLevel', params: { level: 'error' } });
    await client.read();
    client.write({ ...sync, id: 3 });
    assert.equal((await client.read()).id, 3);
  });

  test('tells a client of the newer era only what its request asks for', async () => {
    const follow = () => new Promise<never>(() => undefined);
    await using client = openStdioBench({ call: async () => job, follow });
    const meta = { ..._meta, 'io.modelcontextprotocol/logLevel': 'debug' };
    client.write({ ...sync, params: { ...sync.params, _meta: meta } });
    assert.equal((await client.read()).method, 'notifications/message');
    assert.equal((await client.read()).id, 2);
    client.write({ ...sync, id: 3, params: { ...sync.params, _meta } });
    assert.equal((await client.read()).id, 3);
  });
});
