import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { createTestApp } from '../support/http/test-app.ts';

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';

async function invoke(body: unknown, headers: Record<string, string> = {}) {
  await using harness = createTestApp();
  const payload = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  const answer = await harness.app.inject({
    method: 'POST',
    url: '/v1/mcp/invoke',
    headers: {
      'content-type': 'application/json',
      traceparent: `00-${TRACE_ID}-00f067aa0ba902b7-01`,
      ...headers,
    },
    payload,
  });
  assert.equal(answer.headers['content-type'], 'application/json; charset=utf-8');
  return { status: answer.statusCode, body: answer.json(), headers: answer.headers, lines: harness.lines };
}

describe('POST /v1/mcp/invoke', () => {
  test('a short tool answers with its result under the caller’s trace id', async () => {
    const { status, body, headers } = await invoke({ tool: 'ping', params: { message: 'hello' } });
    assert.equal(status, 200);
    assert.deepEqual(body, {
      ok: true,
      tool: 'ping',
      result: { message: 'hello', version: '0.0.0-test', uptime_s: 12.3 },
      trace_id: TRACE_ID,
    });
    assert.equal(headers['x-trace-id'], TRACE_ID);
  });

  test('params may be left out', async () => {
    assert.equal((await invoke({ tool: 'ping' })).body.result.message, 'pong');
  });

  test('a long tool answers with the job to post', async () => {
    const { status, body } = await invoke({ tool: 'test.load', params: { source: "it's here" } });
    assert.equal(status, 409);
    assert.deepEqual(body, {
      ok: false,
      error_code: 'TOOL_REQUIRES_JOB',
      message:
        'test.load runs longer than a request may; send it as a job: ' +
        `POST /v1/jobs {"tool":"test.load","params":{"source":"it's here"}}`,
      trace_id: TRACE_ID,
      tool: 'test.load',
    });
  });

  test('a long tool with wrong or endless parameters still names the job', async () => {
    const depth = 100_000;
    const nested = `{"tool":"test.load","params":{"source":${'['.repeat(depth)}${']'.repeat(depth)}}}`;
    for (const request of [nested, { tool: 'test.load', params: { source: 'x'.repeat(10_000) } }]) {
      const { status, body } = await invoke(request);
      assert.equal(status, 409);
      assert.match(body.message, /: POST \/v1\/jobs \{"tool":"test\.load","params":\{…\}\}$/);
    }
  });

  test('an unknown tool is not found and the nearest is named', async () => {
    const { status, body } = await invoke({ tool: 'pinng' });
    assert.equal(status, 404);
    assert.equal(body.error_code, 'TOOL_NOT_FOUND');
    assert.equal(body.message, 'There is no tool of that name. Did you mean ping?');
    assert.equal(body.tool, 'pinng');
  });

  test('a failure that passes says when to come again and hides the operator’s detail', async () => {
    const { status, body, headers, lines } = await invoke({ tool: 'test.unavailable' });
    assert.equal(status, 503);
    assert.equal(body.error_code, 'DB_UNAVAILABLE');
    assert.equal(body.message, 'The database does not answer; try again later.');
    assert.match(String(headers['retry-after']), /^[1-9]\d*$/);
    const logged = lines.find(({ msg }) => msg === 'a request failed');
    assert.equal(logged?.trace_id, TRACE_ID);
    assert.match(JSON.stringify(logged), /ECONNREFUSED 10\.0\.0\.7:5432/);
  });

  test('an unknown failure tells the caller nothing but the trace id, and the log everything', async () => {
    const { status, body, lines } = await invoke({ tool: 'test.broken' });
    assert.equal(status, 500);
    assert.deepEqual(body, {
      ok: false,
      error_code: 'INTERNAL',
      message: 'Something went wrong on our side; the log has the details under this trace id.',
      trace_id: TRACE_ID,
      tool: 'test.broken',
    });
    assert.match(JSON.stringify(lines), /select \* from secrets failed/);
  });

  const refusals: [what: string, body: unknown, headers: Record<string, string>, message: RegExp][] = [
    ['no tool', {}, {}, /^`tool` is required\.$/],
    [
      'a bad parameter',
      { tool: 'ping', params: { mesage: 'x' } },
      {},
      /`mesage` \(did you mean `message`\?\)/,
    ],
    ['params that are a list', { tool: 'ping', params: [] }, {}, /^`params` must be/],
    [
      'an unknown field',
      { tool: 'ping', parms: {} },
      {},
      /^Unknown field `parms` \(did you mean `params`\?\)/,
    ],
    ['a list as body', '[]', {}, /^The input must be an object\.$/],
    ['broken JSON', '{"tool":', {}, /no valid JSON/],
    ['an empty body', '', {}, /send a JSON object/],
    [
      'another content type',
      'tool=ping',
      { 'content-type': 'text/plain' },
      /content-type: application\/json/,
    ],
    ['a body over 1 MiB', JSON.stringify({ tool: 'a'.repeat(1_048_576) }), {}, /larger than 1 MiB/],
    ['a __proto__ key', '{"tool":"ping","params":{"__proto__":{"message":"x"}}}', {}, /a key __proto__/],
    [
      'a compressed body',
      gzipSync('{"tool":"ping"}'),
      { 'content-encoding': 'gzip' },
      /with a content-encoding/,
    ],
    ['bytes that are no UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]), {}, /no valid UTF-8/],
    [
      'a NUL character',
      { tool: 'ping', params: { message: 'a\0b' } },
      {},
      /^`message` holds a NUL character\.$/,
    ],
    [
      'JSON nested a hundred thousand deep',
      `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
      {},
      /must be an object/,
    ],
  ];
  for (const [what, body, headers, message] of refusals) {
    test(`${what} is refused as VALIDATION`, async () => {
      const answer = await invoke(body, headers);
      assert.equal(answer.status, 400);
      assert.equal(answer.body.error_code, 'VALIDATION');
      assert.match(answer.body.message, message);
      assert.equal(answer.body.ok, false);
      assert.equal(answer.body.trace_id, TRACE_ID);
    });
  }
});

describe('other routes', () => {
  test('the tools are listed with their JSON Schemas', async () => {
    await using harness = createTestApp();
    const answer = await harness.app.inject('/v1/mcp/tools');
    const [first] = answer.json().tools;
    assert.equal(first.name, 'ping');
    assert.equal(first.kind, 'short');
    assert.equal(first.input_schema.additionalProperties, false);
    assert.equal(first.output_schema.properties.uptime_s.type, 'number');
  });

  test('liveness asks nothing of a dependency', async () => {
    const checks = [{ name: 'never', gates: true, check: () => Promise.reject(new Error('asked')) }];
    await using harness = createTestApp({ checks });
    for (const url of ['/livez', '/healthz']) {
      assert.equal((await harness.app.inject(url)).statusCode, 200);
    }
  });

  test('readiness is 503 with the reason while something that gates fails', async () => {
    const checks = [
      { name: 'database', gates: true, check: () => Promise.reject(new Error('password wrong')) },
      { name: 'archive', gates: false, check: () => Promise.resolve() },
    ];
    await using harness = createTestApp({ checks });
    const answer = await harness.app.inject('/readyz');
    assert.equal(answer.statusCode, 503);
    assert.equal(answer.headers['retry-after'], '5');
    const { status, checks: reports } = answer.json();
    assert.equal(status, 'not_ready');
    assert.equal(reports[0].name, 'database');
    assert.equal(reports[0].state, 'failed');
    assert.equal(reports[0].reason, 'It does not answer; the log has the details.');
    assert.equal(reports[1].state, 'ok');
    assert.equal(reports[1].reason, null);
  });

  test('an unknown address is NOT_FOUND', async () => {
    await using harness = createTestApp();
    const answer = await harness.app.inject('/v1/mcp/tolls?x=1');
    assert.equal(answer.statusCode, 404);
    const { error_code, message, tool } = answer.json();
    assert.equal(error_code, 'NOT_FOUND');
    assert.equal(message, 'There is no GET /v1/mcp/tolls. GET /v1/mcp/tools lists what there is.');
    assert.equal(tool, null);
  });

  test('an address with a slash too much is told so, and / is not', async () => {
    await using harness = createTestApp();
    for (const path of ['/livez/', '/v1/mcp/tools/', '/docs/']) {
      const answer = await harness.app.inject({ method: 'GET', url: path });
      assert.equal(answer.statusCode, 404);
      assert.equal(answer.json().message, `There is no GET ${path}. Leave out the slash at its end.`);
    }
    const root = await harness.app.inject({ method: 'GET', url: '/' });
    assert.equal(root.json().message, 'There is no GET /. GET /v1/mcp/tools lists what there is.');
  });

  test('a wrong method is METHOD_NOT_ALLOWED and the right ones are named', async () => {
    await using harness = createTestApp();
    const job = '/v1/jobs/00000000-0000-4000-8000-000000000000';
    for (const [method, url, allow] of [
      ['GET', '/v1/mcp/invoke', 'POST'],
      ['PUT', `${job}?x=1`, 'GET, HEAD, DELETE'],
      ['TRACE', '/livez', 'GET, HEAD'],
      ['QUERY', '/livez', 'GET, HEAD'],
    ] as const) {
      const answer = await harness.app.inject({ method: method as 'GET', url }); // inject sends any method
      assert.deepEqual([answer.statusCode, answer.json().error_code], [405, 'METHOD_NOT_ALLOWED']);
      const [path] = url.split('?');
      assert.equal(answer.json().message, `There is no ${method} ${path}. This address answers ${allow}.`);
      assert.equal(answer.headers.allow, allow);
    }
  });

  test('a wrong method is that before its body is anything', async () => {
    await using harness = createTestApp();
    const headers = { 'content-type': 'text/xml' };
    const answer = await harness.app.inject({ method: 'PUT', url: '/v1/jobs', headers, payload: '<a/>' });
    assert.equal(answer.statusCode, 405);
  });

  test('an address that cannot be decoded is refused', async () => {
    await using harness = createTestApp();
    const answer = await harness.app.inject('/v1/%E0%A4%A');
    assert.equal(answer.json().error_code, 'VALIDATION');
    assert.equal(answer.statusCode, 400);
  });
});

describe('the request log', () => {
  test('a request is one line without its query', async () => {
    const { lines } = await invoke({ tool: 'pinng' });
    assert.equal(lines.length, 1);
    const { latency_ms, ts, ...rest } = lines[0] ?? {};
    assert.ok(typeof latency_ms === 'number' && latency_ms > 0);
    assert.equal(typeof ts, 'string');
    assert.deepEqual(rest, {
      level: 'info',
      service: 'test',
      trace_id: TRACE_ID,
      tool: 'pinng',
      error_code: 'TOOL_NOT_FOUND',
      method: 'POST',
      path: '/v1/mcp/invoke',
      status: 404,
      msg: 'request',
    });
  });
});
