import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, test } from 'node:test';
import { z } from 'zod';
import { createCallTool } from '../../src/cli/create-call-tool.ts';
import { BioMcpError, ERROR_CODES, type ErrorCode } from '../../src/errors/bio-mcp-error.ts';
import { createHttpApp } from '../../src/http/app.ts';
import { createLimits } from '../../src/http/limits.ts';
import { createReadiness } from '../../src/http/readiness.ts';
import { createSqlKeyedCalls } from '../../src/store/jobs/sql-keyed-calls.ts';
import { createCatalogue } from '../../src/tools/catalogue.ts';
import { defineTool, runTool } from '../../src/tools/define-tool.ts';
import type { ToolContext } from '../../src/tools/tool-context.ts';
import { READS_CORPUS } from '../../src/tools/tool-facts.ts';
import { createToolInvoker } from '../../src/tools/tool-invoker.ts';
import { createTestQueue } from '../support/http/test-app.ts';
import { TOKENS_AWAY } from '../support/http/tokens-away.ts';
import { shareDatabase, testPostgres } from '../support/postgres/databases.ts';
import { silentLogger } from '../support/telemetry/silent-logger.ts';
import { silentMetrics } from '../support/telemetry/silent-metrics.ts';

const openDatabase = shareDatabase(testPostgres);
const logger = silentLogger();
const UNKNOWN = '00000000-0000-4000-8000-000000000000';

const facts = { scope: 'read', title: 'Test', description: 'For tests.', annotations: READS_CORPUS } as const;
const failing = defineTool({
  ...facts,
  name: 'test.fail',
  kind: 'short',
  input: z.object({ code: z.string().max(40) }),
  output: z.object({}),
  async run({ code }, _context: ToolContext<unknown>) {
    if (code === 'INTERNAL') throw new Error('select * from secrets');
    throw new BioMcpError(code as ErrorCode, 'Do this.', { message: 'secret detail' }); // the test names known codes
  },
});
const long = defineTool({
  ...facts,
  name: 'test.long',
  kind: 'long',
  input: z.object({ n: z.int().default(0) }),
  output: z.object({}),
  async run(_params, _context: ToolContext<unknown>) {
    return {};
  },
});
const catalogue = createCatalogue<unknown>([failing, long]);

async function openApp() {
  const services = {
    jobs: createTestQueue(await openDatabase()),
    keyedCalls: createSqlKeyedCalls({ database: await openDatabase() }),
    store: { listPmidsStartingWith: async () => [] },
    accessTokens: TOKENS_AWAY,
  };
  const app = createHttpApp<unknown>({
    ...silentMetrics(),
    access: null,
    catalogue,
    services,
    readiness: createReadiness({ checks: [], logger, now: () => 0 }),
    queue: services.jobs,
    archive: { find: async () => null },
    invoker: createToolInvoker({ catalogue, services, logger }),
    limits: createLimits({ maxConcurrency: 9, toolLimits: { 'test.fail': 9 } }),
    version: '0.0.0',
    logger,
  });
  const invoke = (payload: object) => app.inject({ method: 'POST', url: '/v1/mcp/invoke', payload });
  const post = (payload: object) => app.inject({ method: 'POST', url: '/v1/jobs', payload });
  const remove = (id: string) => app.inject({ method: 'DELETE', url: `/v1/jobs/${id}` });
  return { app, invoke, post, remove, [Symbol.asyncDispose]: () => app.close() };
}
type App = Awaited<ReturnType<typeof openApp>>;

/** How HTTP itself comes to a code; every other code is a tool's. */
const PROVOCATIONS: Partial<Record<ErrorCode, (app: App) => ReturnType<App['invoke']>>> = {
  VALIDATION: ({ invoke }) => invoke({}),
  FORBIDDEN: ({ app }) => app.inject({ url: '/v1/jobs', headers: { host: 'evil.example' } }),
  NOT_FOUND: ({ remove }) => remove(UNKNOWN),
  METHOD_NOT_ALLOWED: ({ app }) => app.inject({ method: 'PUT', url: '/v1/jobs' }),
  TOOL_NOT_FOUND: ({ post }) => post({ tool: 'test.none' }),
  TOOL_REQUIRES_JOB: ({ invoke }) => invoke({ tool: 'test.long' }),
  async IDEMPOTENCY_CONFLICT({ post }) {
    await post({ tool: 'test.long', idempotency_key: 'k' });
    return post({ tool: 'test.long', params: { n: 1 }, idempotency_key: 'k' });
  },
  async JOB_FINISHED({ post, remove }) {
    const { job_id } = (await post({ tool: 'test.long' })).json();
    await remove(job_id);
    return remove(job_id);
  },
  async JOB_NOT_FINISHED({ app, post }) {
    const { job_id } = (await post({ tool: 'test.long' })).json();
    return app.inject(`/v1/jobs/${job_id}/result`);
  },
};

/** What the command line prints with --json for the same call. */
async function runInTerminal(
  tool: string,
  params: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  const { signal } = new AbortController();
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const call = createCallTool({
    catalogue,
    session: {
      call: (request) =>
        runTool(catalogue.get(request.tool), request.params, {
          services: {},
          signal,
          traceId: request.traceId,
          logger,
          surface: 'cli',
        }),
      follow: async () => null,
      cancel: async () => undefined,
      listPmids: async () => [],
      tokens: TOKENS_AWAY,
    },
    sayAsCommand: (text) => text,
    logger,
    stdout: stdout as unknown as NodeJS.WriteStream, // what is written is all that is looked at
    stderr: stderr as unknown as NodeJS.WriteStream,
    signal,
    isInterrupted: () => false,
  });
  await assert.rejects(call(tool, params, { json: true }));
  stdout.end();
  return JSON.parse(await text(stdout));
}

describe('the error table over HTTP', () => {
  for (const code of Object.keys(ERROR_CODES) as ErrorCode[]) {
    test(`${code} has its status, its shape and its wait`, async () => {
      await using app = await openApp();
      const provoke = PROVOCATIONS[code] ?? (({ invoke }) => invoke({ tool: 'test.fail', params: { code } }));
      const answer = await provoke(app);
      const { error_code, message, ok, trace_id, tool, ...rest } = answer.json();
      assert.deepEqual([answer.statusCode, error_code, ok], [ERROR_CODES[code].httpStatus, code, false]);
      assert.deepEqual(rest, {});
      assert.match(message, /^[^\n]+[.?}]$/);
      assert.doesNotMatch(message, /secret/);
      assert.equal(answer.headers['x-trace-id'], trace_id);
      assert.ok(tool === null || typeof tool === 'string');
      const wait = answer.headers['retry-after'];
      const { retryable, httpStatus } = ERROR_CODES[code];
      if (retryable || httpStatus === 503) assert.match(String(wait), /^[1-9]\d*$/);
      else assert.equal(wait, undefined);
    });

    test(`${code} of a tool is told by the command line in the same words`, async () => {
      await using app = await openApp();
      const overHttp = await app.invoke({ tool: 'test.fail', params: { code } });
      const { trace_id: _, ...printed } = await runInTerminal('test.fail', { code });
      const { trace_id: __, ...answered } = overHttp.json();
      assert.deepEqual(printed, answered);
    });
  }

  test('what the tools refuse is told by the command line in the same words', async () => {
    await using app = await openApp();
    for (const [tool, params] of [
      ['test.fail', { cod: 'x' }],
      ['test.fale', {}],
      ['test.fail', { code: 'a\0' }],
    ] as const) {
      const { trace_id: _, ...printed } = await runInTerminal(tool, params);
      const { trace_id: __, ...answered } = (await app.invoke({ tool, params })).json();
      assert.deepEqual(printed, answered);
    }
  });
});

describe('what nobody should send', () => {
  const tooDeep = `{"tool":"test.fail","params":{"code":${'['.repeat(50_000)}${']'.repeat(50_000)}}}`;
  const bodies: [what: string, body: string | Buffer, contentType: string][] = [
    ['another content type', '{"tool":"test.fail"}', 'text/xml'],
    ['a body of 10 MB', `{"tool":"${'a'.repeat(10_000_000)}"}`, 'application/json'],
    ['broken JSON', '{"tool":"test.fail",', 'application/json'],
    ['deep nesting', tooDeep, 'application/json'],
    ['an unknown field', '{"tool":"test.fail","extra":1}', 'application/json'],
    ['__proto__', '{"tool":"test.fail","__proto__":{"a":1}}', 'application/json'],
    ['constructor.prototype', '{"tool":"test.fail","constructor":{"prototype":{}}}', 'application/json'],
    ['a NUL', '{"tool":"test.fail","params":{"code":"\\u0000"}}', 'application/json'],
    ['half of a surrogate pair', '{"tool":"test.fail","params":{"code":"\\ud800"}}', 'application/json'],
    [
      '100 kB for a short text',
      `{"tool":"test.fail","params":{"code":"${'a'.repeat(100_000)}"}}`,
      'application/json',
    ],
    ['a huge number', '{"tool":"test.long","params":{"n":1e400}}', 'application/json'],
    ['an empty key', '{"tool":"test.fail","idempotency_key":""}', 'application/json'],
    ['a key with a line break', '{"tool":"test.fail","idempotency_key":"a\\nb"}', 'application/json'],
    ['no UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 'application/json'],
  ];
  for (const [what, body, contentType] of bodies) {
    test(`${what} is VALIDATION in one line, as a call and as a job`, async () => {
      await using app = await openApp();
      for (const url of ['/v1/mcp/invoke', '/v1/jobs']) {
        if (what === 'a huge number' && url !== '/v1/jobs') continue; // a long tool is told to be a job first
        const headers = { 'content-type': contentType };
        const answer = await app.app.inject({ method: 'POST', url, headers, payload: body });
        assert.deepEqual([url, answer.statusCode, answer.json().error_code], [url, 400, 'VALIDATION']);
        assert.ok(answer.body.length < 1_000);
        assert.doesNotMatch(answer.json().message, /\n|node_modules|secret/);
      }
    });
  }
});

describe('the OpenAPI page', () => {
  test('describes every route that is served', async () => {
    await using app = await openApp();
    const { paths, openapi } = (await app.app.inject('/openapi.json')).json();
    assert.equal(openapi, '3.1.0');
    const operations = Object.entries(paths as Record<string, object>).map(
      ([path, methods]) => `${Object.keys(methods).join(',')} ${path}`,
    );
    assert.deepEqual(
      operations.sort(),
      [
        'delete,get /v1/jobs/{id}',
        'get /docs',
        'get /docs/assets/{name}',
        'get /docs/plain',
        'get /healthz',
        'get /livez',
        'get /metrics',
        'get /openapi.json',
        'get /readyz',
        'get /v1/health',
        'get /v1/jobs/{id}/events',
        'get /v1/jobs/{id}/result',
        'get /v1/mcp/tools',
        'post /v1/mcp/invoke',
        'post,get /v1/jobs',
      ]
        .sort()
        .map((line) => line.replace('delete,get', 'get,delete'))
        .sort(),
    );
  });

  test('is a page too, without scripts and without anything from elsewhere', async () => {
    await using app = await openApp();
    const answer = await app.app.inject('/docs/plain');
    assert.equal(answer.headers['content-type'], 'text/html; charset=utf-8');
    assert.doesNotMatch(answer.body, /<script|src=|https?:\/\//);
    assert.match(answer.body, /id="invokeTool"/);
  });
});
