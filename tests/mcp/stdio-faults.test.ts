import assert from 'node:assert/strict';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { describe, test } from 'node:test';
import { BioMcpError } from '../../src/errors/bio-mcp-error.ts';
import { serveMcpStdio } from '../../src/mcp/serve-stdio.ts';
import { createCatalogue } from '../../src/tools/catalogue.ts';
import type { ToolCaller } from '../../src/tools/tool-caller.ts';
import { TOOLS } from '../../src/tools/tools.ts';
import { silentLogger } from '../support/silent-logger.ts';
import { TOKENS_AWAY } from '../support/tokens-away.ts';

type Message = ReturnType<typeof JSON.parse>;

/** Fails every test that gets further than it should: lists and refusals need no corpus. */
const noCorpus = async () => {
  throw new Error('the corpus was asked for');
};
const noCaller: ToolCaller = {
  call: noCorpus,
  follow: noCorpus,
  cancel: noCorpus,
  listPmids: noCorpus,
  tokens: TOKENS_AWAY,
};

interface OpenOptions {
  stdout?: PassThrough;
  openCorpus?: () => Promise<void>;
}

function open(
  caller: Partial<ToolCaller> = {},
  { stdout = new PassThrough(), openCorpus = async () => {} }: OpenOptions = {},
) {
  const stdin = new PassThrough();
  const stop = new AbortController();
  const ended = serveMcpStdio(
    {
      catalogue: createCatalogue(TOOLS),
      caller: { ...noCaller, ...caller },
      openCorpus,
      naming: 'underscore',
      version: '0.0.0',
      logger: silentLogger(),
      stdin,
      stdout,
    },
    { signal: stop.signal },
  );
  let unread = '';
  return {
    stdin,
    stdout,
    ended,
    stop,
    write: (message: string | object) =>
      stdin.write(`${typeof message === 'string' ? message : JSON.stringify(message)}\n`),
    /** The next line of the server. */
    async read(): Promise<Message> {
      while (!unread.includes('\n')) {
        const chunk = stdout.read() ?? (await once(stdout, 'readable').then(() => stdout.read()));
        unread += chunk ?? '';
      }
      const end = unread.indexOf('\n');
      const line = unread.slice(0, end);
      unread = unread.slice(end + 1);
      return JSON.parse(line);
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await ended;
    },
  };
}

/** Longer than any client is waited for. */
const LONG_MS = 60_000;
const INITIALIZE = {
  jsonrpc: '2.0',
  id: 0,
  method: 'initialize',
  params: {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'test', version: '0' },
  },
};
const _meta = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
  'io.modelcontextprotocol/clientInfo': { name: 'test', version: '0' },
};

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
      await using client = open();
      client.write(line);
      const { error, ...rest } = await client.read();
      assert.equal(error.code, code);
      assert.equal(rest.id, id);
      client.write(INITIALIZE);
      assert.equal((await client.read()).result.protocolVersion, '2025-11-25');
    });
  }

  test('blank lines and line ends of Windows are nothing', async () => {
    await using client = open();
    client.stdin.write(`\r\n\n${JSON.stringify(INITIALIZE)}\r\n`);
    assert.equal((await client.read()).id, 0);
  });

  test('a message that comes in pieces, in the middle of a character, is put together', async () => {
    await using client = open({ call: async ({ params }) => params });
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
      await using older = open();
      older.write(INITIALIZE);
      await older.read();
      older.write({ jsonrpc: '2.0', id: 1, method, params });
      const answers = [await older.read()];
      if (method !== 'logging/setLevel') {
        await using newer = open();
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
    await using client = open();
    client.write({ ...INITIALIZE, params: { ...INITIALIZE.params, protocolVersion: '1999-01-01' } });
    assert.equal((await client.read()).result.protocolVersion, '2025-11-25');
  });

  test('an unknown version of the newer era is refused with those that are spoken', async () => {
    await using client = open();
    const meta = { ..._meta, 'io.modelcontextprotocol/protocolVersion': '2031-01-01' };
    client.write({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: { _meta: meta } });
    const { error } = await client.read();
    assert.equal(error.code, -32_022);
    assert.deepEqual(error.data.supported, ['2026-07-28']);
  });

  test('a request of the newer era needs no handshake', async () => {
    await using client = open();
    client.write({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: { _meta } });
    const { result } = await client.read();
    assert.equal(result.tools.length, TOOLS.length);
    assert.equal(result.resultType, 'complete');
  });

  test('the older era declares subscriptions, changes of lists and the log', async () => {
    await using client = open();
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
    await using client = open({ call: async () => job, follow });
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
    await using client = open({ call: async () => ({ pong: true }) });
    client.write({ jsonrpc: '2.0', id: 'a', method: 'tools/call', params: { name: 'ping' } });
    assert.deepEqual((await client.read()).result.structuredContent, { pong: true });
    client.write({ jsonrpc: '2.0', id: 'b', method: 'tools/fly' });
    assert.equal((await client.read()).error.code, -32_601);
  });

  test('a call that is taken back reaches the tool as an aborted signal and is not answered', async () => {
    const aborted = Promise.withResolvers<unknown>();
    const started = Promise.withResolvers<void>();
    await using client = open({
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
      await using client = open({}, { openCorpus });
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
      await using client = open({}, { openCorpus });
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
    await using client = open({ call: openCorpus }, { openCorpus });
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

describe('the log over stdio', () => {
  const job = { job_id: '00000000-0000-4000-8000-000000000000', tool: 'pubmed.sync', state: 'queued' };
  const sync = { jsonrpc: '2.0', id: 2, method: 'tools/call', params: { name: 'pubmed_sync' } };

  test('tells a client of the older era what is at the level that it set, or above', async () => {
    const follow = () => new Promise<never>(() => undefined);
    await using client = open({ call: async () => job, follow });
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
    await using client = open({ call: async () => job, follow });
    const meta = { ..._meta, 'io.modelcontextprotocol/logLevel': 'debug' };
    client.write({ ...sync, params: { ...sync.params, _meta: meta } });
    assert.equal((await client.read()).method, 'notifications/message');
    assert.equal((await client.read()).id, 2);
    client.write({ ...sync, id: 3, params: { ...sync.params, _meta } });
    assert.equal((await client.read()).id, 3);
  });
});

describe('the end of a connection over stdio', () => {
  const ping = { jsonrpc: '2.0', id: 5, method: 'tools/call', params: { name: 'ping' } };

  test('comes when the client closes the input and has its answers', async () => {
    const client = open({ call: async () => ({ pong: true }) });
    const initialized = { jsonrpc: '2.0', method: 'notifications/initialized' };
    client.stdin.end([INITIALIZE, initialized, ping].map((line) => `${JSON.stringify(line)}\n`).join(''));
    assert.equal((await client.read()).id, 0);
    assert.deepEqual((await client.read()).result.structuredContent, { pong: true });
    await client.ended;
  });

  test('comes after the last line, also where that has no end of its own', async () => {
    const client = open({ call: async () => ({ pong: true }) });
    client.stdin.end(JSON.stringify(ping));
    assert.deepEqual((await client.read()).result.structuredContent, { pong: true });
    await client.ended;
  });

  test('does not wait for a client that listens for changes', async () => {
    const client = open();
    const params = { _meta, notifications: { resourcesListChanged: true } };
    client.write({ jsonrpc: '2.0', id: 1, method: 'subscriptions/listen', params });
    assert.equal((await client.read()).method, 'notifications/subscriptions/acknowledged');
    client.stdin.end();
    await client.ended;
  });

  test('is seen, and comes after the grace time, while the client reads nothing', async ({ mock }) => {
    mock.timers.enable({ apis: ['setTimeout'] });
    const stdout = new PassThrough({ highWaterMark: 1_000 });
    const client = open({ call: async () => ({ filling: 'x'.repeat(2_000) }) }, { stdout });
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
    const client = open({
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

  test('comes when the client stops reading for good', async () => {
    const client = open();
    client.stdout.destroy();
    await client.ended;
  });

  test('comes with the signal, while the client is still there', async () => {
    const client = open();
    client.stop.abort();
    await client.ended;
    assert.equal(client.stdin.destroyed, true);
  });

  test('while the client does not read, nothing more is read from it', async () => {
    let calls = 0;
    const stdout = new PassThrough({ highWaterMark: 1_000 });
    await using client = open({ call: async () => ({ n: ++calls, filling: 'x'.repeat(500) }) }, { stdout });
    const params = { name: 'ping', arguments: { message: 'x'.repeat(1_000) } };
    const call = { jsonrpc: '2.0', method: 'tools/call', params };
    client.write(INITIALIZE);
    const MANY = 2_000;
    for (let id = 1; id <= MANY; id++) client.write({ ...call, id });
    // Nobody reads: the stream takes what fits, then the server stops taking requests in.
    while (!client.stdin.isPaused()) await new Promise((resolve) => setImmediate(resolve));
    assert.ok(calls < MANY, `${calls} calls were made for a client that reads none of the answers`);
    const ids = new Set<number>();
    while (ids.size < MANY + 1) ids.add((await client.read()).id);
    assert.equal(calls, MANY);
  });
});
