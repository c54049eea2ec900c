import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { type AnyJson, type McpApp, openMcpApp, toModernRequest } from '../support/mcp/mcp-bench.ts';

function toMessage(method: string, params: Record<string, unknown> = {}, id: number | string = 1): string {
  return JSON.stringify({ jsonrpc: '2.0', id, method, params });
}

async function readJson(answer: Response): Promise<AnyJson> {
  return JSON.parse(await answer.text());
}

describe('what is wrong at /mcp is answered as the protocol prescribes', () => {
  let app: McpApp;
  before(async () => {
    app = await openMcpApp();
  });
  after(() => app[Symbol.asyncDispose]());

  async function refused(answer: Response): Promise<[status: number, code: number]> {
    const { jsonrpc, error } = await readJson(answer);
    assert.equal(jsonrpc, '2.0');
    assert.equal(typeof error.message, 'string');
    return [answer.status, error.code];
  }

  const bodies: [what: string, body: string | Blob, answer: [number, number]][] = [
    ['broken JSON', '{"jsonrpc":', [400, -32_700]],
    ['nothing', '', [400, -32_700]],
    ['bytes that are no UTF-8', new Blob([new Uint8Array([0x22, 0xff, 0xfe, 0x22])]), [400, -32_700]],
    ['JSON that is no message', '{"hello":1}', [400, -32_600]],
    ['a number', '42', [400, -32_600]],
    [
      'a message nested 100,000 levels deep',
      `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
      [400, -32_600],
    ],
    ['an empty batch', '[]', [400, -32_600]],
  ];
  for (const [what, body, answer] of bodies) {
    test(`${what} is refused`, async () => {
      assert.deepEqual(await refused(await app.post(body)), answer);
    });
  }

  test('a batch is refused in every version that has none', async () => {
    const batch = `[${toMessage('ping')},${toMessage('ping', {}, 2)}]`;
    for (const version of ['2025-06-18', '2025-11-25', '2026-07-28']) {
      const answer = await app.post(batch, { 'mcp-protocol-version': version });
      assert.deepEqual(await refused(answer), [400, -32_600], version);
    }
  });

  test('a body of more than 4 MiB is refused before it is read to its end', async () => {
    const huge = toMessage('tools/call', { name: 'ping', arguments: { message: 'x'.repeat(5_000_000) } });
    assert.deepEqual(await refused(await app.post(huge)), [413, -32_600]);
  });

  test('a body that does not say it is JSON is refused', async () => {
    const answer = await app.post(toMessage('ping'), { 'content-type': 'text/plain' });
    assert.equal((await refused(answer))[0], 415);
  });

  test('a client that does not accept both forms of an answer is refused', async () => {
    const answer = await app.post(toMessage('tools/list'), { accept: 'text/html' });
    assert.equal((await refused(answer))[0], 406);
  });

  test('a foreign origin and a foreign host are refused, and one of this machine is not', async () => {
    const [body, headers] = toModernRequest('tools/list');
    const foreign = await app.post(body, { ...headers, origin: 'https://evil.example' });
    assert.deepEqual(await refused(foreign), [403, -32_600]);
    assert.equal((await app.post(body, { ...headers, origin: 'http://localhost:3000' })).status, 200);
    const { port } = new URL(app.url);
    const asked = request({ port, path: '/mcp', method: 'POST', headers: { host: 'evil.example' } }).end();
    const [{ statusCode }] = await once(asked, 'response');
    assert.equal(statusCode, 403);
  });

  test('GET and DELETE find no session and no stream', async () => {
    for (const method of ['GET', 'DELETE']) {
      const answer = await fetch(`${app.url}/mcp`, { method, headers: { accept: 'text/event-stream' } });
      assert.equal(answer.status, 405);
      assert.equal(answer.headers.get('allow'), 'POST');
    }
  });

  test('a version that nobody speaks is refused, and those that are spoken are named', async () => {
    const meta = {
      'io.modelcontextprotocol/protocolVersion': '2030-01-01',
      'io.modelcontextprotocol/clientCapabilities': {},
    };
    const headers = { 'mcp-protocol-version': '2030-01-01', 'mcp-method': 'tools/list' };
    const answer = await app.post(toMessage('tools/list', { _meta: meta }), headers);
    assert.equal(answer.status, 400);
    const { error } = await readJson(answer);
    assert.equal(error.code, -32_022);
    assert.deepEqual(error.data, { supported: ['2026-07-28'], requested: '2030-01-01' });
  });

  test('an unknown method is told from an unknown tool, prompt and resource', async () => {
    const ask = async (method: string, params: Record<string, unknown> = {}) => {
      const answer = await app.post(...toModernRequest(method, params));
      return refused(answer);
    };
    assert.deepEqual(await ask('tools/fly'), [404, -32_601]);
    assert.equal((await ask('tools/call', { name: 'rag_serch', arguments: {} }))[1], -32_602);
    assert.equal((await ask('prompts/get', { name: 'nope' }))[1], -32_602);
    assert.equal((await ask('resources/read', { uri: 'bio-mcp://paper/4' }))[1], -32_602);
    assert.equal((await ask('tools/list', { cursor: 'made-up' }))[1], -32_602);
  });

  test('a header that contradicts the message is refused', async () => {
    const [body, headers] = toModernRequest('tools/call', { name: 'ping', arguments: {} });
    const answer = await app.post(body, { ...headers, 'mcp-name': 'rag_search' });
    assert.deepEqual(await refused(answer), [400, -32_020]);
  });

  test('an unknown tool of a close name is suggested', async () => {
    const answer = await app.post(...toModernRequest('tools/call', { name: 'rag_serch', arguments: {} }));
    const { error } = await readJson(answer);
    assert.equal(error.message, 'There is no tool of that name. Did you mean rag_search?');
  });

  test('a request that comes before initialize is answered: there are no sessions', async () => {
    const answer = await app.post(toMessage('tools/call', { name: 'ping', arguments: { message: 'early' } }));
    assert.equal(answer.status, 200);
    assert.match(await answer.text(), /"message":"early"/);
  });

  test('the address stands in the OpenAPI document', async () => {
    const { paths } = await readJson(await fetch(`${app.url}/openapi.json`));
    assert.equal(paths['/mcp'].post.operationId, 'mcp');
    assert.ok(Object.keys(paths['/mcp'].post.responses).includes('406'));
  });

  test('a notification is taken without an answer', async () => {
    const answer = await app.post('{"jsonrpc":"2.0","method":"notifications/initialized"}');
    assert.deepEqual([answer.status, await answer.text()], [202, '']);
  });

  test('an answer and its log line carry the trace id of the request', async () => {
    const traceId = 'ab'.repeat(16);
    const [body, headers] = toModernRequest('tools/call', { name: 'rag_search', arguments: {} });
    const answer = await app.post(body, { ...headers, traceparent: `00-${traceId}-${'1'.repeat(16)}-01` });
    assert.equal(answer.headers.get('x-trace-id'), traceId);
    const { result } = await readJson(answer);
    assert.equal(result.isError, true);
    assert.deepEqual(JSON.parse(result.content[0].text), {
      ok: false,
      error_code: 'VALIDATION',
      message: '`query` is required.',
      trace_id: traceId,
      tool: 'rag_search',
    });
    const line = app.lines.find(({ trace_id, msg }) => trace_id === traceId && msg === 'request');
    assert.equal(line?.tool, 'rag.search');
  });
});

describe('the limits of the process hold at /mcp', () => {
  test('calls of one tool over its limit are told to come again', async () => {
    await using app = await openMcpApp({ limits: { toolLimits: { 'jobs.get': 0 } } });
    const params = { name: 'jobs_get', arguments: { job_id: '00000000-0000-4000-8000-000000000000' } };
    const answer = await app.post(...toModernRequest('tools/call', params));
    const { result } = await readJson(answer);
    const { error_code, retry_after_s } = JSON.parse(result.content[0].text);
    assert.deepEqual([result.isError, error_code, retry_after_s], [true, 'TOOL_BUSY', 5]);
  });

  test('one listener too many is told what it can do over MCP as well', async () => {
    await using app = await openMcpApp({ limits: { maxConcurrency: 1 } });
    const listen = toModernRequest('subscriptions/listen', { notifications: { toolsListChanged: true } });
    const stream = await app.post(...listen);
    const reader = stream.body?.getReader();
    await reader?.read();
    const refused = await app.post(...listen);
    assert.equal(refused.status, 429);
    const { error } = await readJson(refused);
    assert.match(error.message, /^1 callers listen already, the limit; ask from time to time instead/);
    await reader?.cancel();
  });

  test('requests over the limit of the process are refused with 429', async () => {
    await using app = await openMcpApp({ limits: { maxConcurrency: 0 } });
    const answer = await app.post(...toModernRequest('tools/list'));
    assert.equal(answer.status, 429);
    assert.equal(answer.headers.get('retry-after'), '5');
    const { error } = await readJson(answer);
    assert.equal(error.data.error_code, 'TOOL_BUSY');
  });
});
