import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createTokenText, toTokenHash } from '../../src/access/token-text.ts';
import { openAccess } from '../../src/compose/rooms/open-access.ts';
import { parseConfig } from '../../src/config/config.ts';
import { ERROR_CODES } from '../../src/errors/bio-mcp-error.ts';
import { createLimits } from '../../src/http/limits.ts';
import { createMetricsApp } from '../../src/http/metrics-app.ts';
import { createReadiness } from '../../src/http/readiness.ts';
import { serveMcpHttp } from '../../src/mcp/serve-http.ts';
import { createPromMetrics } from '../../src/telemetry/prom-metrics.ts';
import { createScrape } from '../../src/telemetry/scrape.ts';
import { createToolInvoker } from '../../src/tools/tool-invoker.ts';
import { machine } from '../support/config/problems-of.ts';
import { createTestApp } from '../support/http/test-app.ts';
import { createTestCatalogue } from '../support/http/test-catalogue.ts';
import { recordingLogger } from '../support/telemetry/log-lines.ts';
import { readSamples } from '../support/telemetry/metric-samples.ts';

const INVOKE = { method: 'POST', url: '/v1/mcp/invoke' } as const;
const catalogue = createTestCatalogue();

function openSeen() {
  const registry = createPromMetrics({
    tools: catalogue.list().map(({ name }) => name),
    errorCodes: Object.keys(ERROR_CODES),
    version: '1.2.3',
  });
  const away = async () => {
    throw new Error('connect ECONNREFUSED');
  };
  const scrape = createScrape({
    registry,
    sources: {
      readReadiness: async () => ({
        status: 'not_ready',
        checks: [{ name: 'database', state: 'failed' }],
      }),
      readFigures: away,
      countDeadLetters: async () => 0,
    },
    logger: recordingLogger().logger,
    now: () => performance.now(),
  });
  return { metrics: registry, scrape };
}

/** What was counted, as `name{labels} value`. */
function listCounted(text: string, name: string): string[] {
  return readSamples(text)
    .filter((sample) => sample.name === `bio_mcp_${name}` && sample.value > 0)
    .map(({ labels, value }) => `${Object.values(labels).join(' ')} ${value}`)
    .toSorted();
}

describe('the metrics of an API', () => {
  test('count every request by tool and surface, and every error by its code', async () => {
    await using harness = createTestApp({ seen: openSeen() });
    const invoke = (payload: object) => harness.app.inject({ ...INVOKE, payload });
    await invoke({ tool: 'ping' });
    await invoke({ tool: 'ping', params: { wrong: 1 } });
    await invoke({ tool: 'test.unavailable' });
    await invoke({ tool: 'test.broken' });
    await invoke({ tool: 'test.load' });
    await invoke({ tool: 'no.such.tool' });
    await invoke({});
    await harness.app.inject({ method: 'POST', url: '/v1/jobs', payload: { tool: 'ping' } });
    await harness.app.inject('/v1/mcp/tools');
    await harness.app.inject('/nowhere');
    for (const url of ['/livez', '/healthz', '/readyz', '/metrics']) await harness.app.inject(url);
    const answer = await harness.app.inject('/metrics');
    assert.equal(answer.headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8');
    assert.deepEqual(listCounted(answer.body, 'requests_total'), [
      'none http 3',
      'ping http 3',
      'test.broken http 1',
      'test.load http 1',
      'test.unavailable http 1',
      'unknown http 1',
    ]);
    assert.deepEqual(listCounted(answer.body, 'errors_total'), [
      'none NOT_FOUND 1',
      'none VALIDATION 1',
      'ping DB_UNAVAILABLE 1',
      'ping VALIDATION 1',
      'test.broken INTERNAL 1',
      'test.load TOOL_REQUIRES_JOB 1',
      'test.unavailable DB_UNAVAILABLE 1',
      'unknown TOOL_NOT_FOUND 1',
    ]);
    assert.deepEqual(listCounted(answer.body, 'latency_seconds_count'), [
      'ping 3',
      'test.broken 1',
      'test.load 1',
      'test.unavailable 1',
      'unknown 1',
    ]);
  });

  test('are there while the database is away, without what needs it', async () => {
    await using harness = createTestApp({ seen: openSeen() });
    const { statusCode, body } = await harness.app.inject('/metrics');
    assert.equal(statusCode, 200);
    const names = new Set(readSamples(body).map(({ name }) => name));
    assert.ok(names.has('bio_mcp_build_info') && names.has('process_cpu_seconds_total'));
    assert.match(body, /^bio_mcp_ready 0$/m);
    assert.match(body, /^bio_mcp_check_up\{check="database"\} 0$/m);
    assert.ok(!names.has('bio_mcp_documents') && !names.has('bio_mcp_jobs_queued'));
  });

  test('are there while the server is at its limit: that is when they are looked at', async () => {
    await using harness = createTestApp({ limits: { maxConcurrency: 1 }, seen: openSeen() });
    const running = harness.app.inject({ ...INVOKE, payload: { tool: 'test.wait' } });
    await harness.started;
    assert.equal((await harness.app.inject('/v1/mcp/tools')).statusCode, 429);
    const { statusCode, body } = await harness.app.inject('/metrics');
    assert.equal(statusCode, 200);
    assert.deepEqual(listCounted(body, 'errors_total'), ['none TOOL_BUSY 1']);
    harness.release();
    await running;
  });

  for (const era of ['2025-11-25', '2026-07-28'] as const) {
    test(`count calls over MCP (${era}), those whose answer is an error too`, async () => {
      const seen = openSeen();
      await using harness = createTestApp({ seen });
      const { lines, logger } = recordingLogger();
      const services = { jobs: {}, keyedCalls: {}, store: {}, accessTokens: {}, process: PROCESS };
      serveMcpHttp(harness.app, {
        // The cast holds because the tools that are called ask for nothing but `process`.
        ...{
          catalogue,
          invoker: createToolInvoker({ catalogue, services: services as never, logger }),
          logger,
        },
        limits: createLimits({ maxConcurrency: 200, toolLimits: {} }),
        naming: 'underscore',
        jobs: { subscribe: () => ({ [Symbol.dispose]() {} }) },
        version: '1.2.3',
      });
      await callMcp(harness.app, era, 'ping');
      await callMcp(harness.app, era, 'test_unavailable');
      // What is not of the plainest form goes by the SDK.
      await callMcp(harness.app, era, 'test_broken', { progressToken: 'p' });
      await callMcp(harness.app, era, 'no_such_tool');
      const { body } = await harness.app.inject('/metrics');
      assert.deepEqual(listCounted(body, 'requests_total'), [
        'none mcp 1',
        'ping mcp 1',
        'test.broken mcp 1',
        'test.unavailable mcp 1',
      ]);
      assert.deepEqual(listCounted(body, 'errors_total'), [
        'none TOOL_NOT_FOUND 1',
        'test.broken INTERNAL 1',
        'test.unavailable DB_UNAVAILABLE 1',
      ]);
      const told = harness.lines.filter(({ msg }) => msg === 'request').map(({ error_code }) => error_code);
      assert.deepEqual(told.filter(Boolean), ['DB_UNAVAILABLE', 'INTERNAL', 'TOOL_NOT_FOUND']);
      assert.ok(lines.length >= 1);
    });
  }
});

const PROCESS = { version: '1.2.3', uptimeSeconds: () => 1 };

async function callMcp(
  app: ReturnType<typeof createTestApp>['app'],
  version: '2025-11-25' | '2026-07-28',
  name: string,
  meta: object = {},
) {
  const isModern = version === '2026-07-28';
  const own = {
    'io.modelcontextprotocol/protocolVersion': version,
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  const _meta = { ...(isModern ? own : {}), ...meta };
  const params = { name, arguments: {}, ...(Object.keys(_meta).length > 0 ? { _meta } : {}) };
  return app.inject({
    method: 'POST',
    url: '/mcp',
    headers: {
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': version,
      ...(isModern ? { 'mcp-method': 'tools/call', 'mcp-name': name } : {}),
    },
    payload: { jsonrpc: '2.0', id: 1, method: 'tools/call', params },
  });
}

describe('the metrics of a worker', () => {
  function openWorkerApp(access: Parameters<typeof createMetricsApp>[0]['access'] = null) {
    const { logger } = recordingLogger();
    const readiness = createReadiness({ checks: [], logger, now: () => performance.now() });
    const { scrape } = openSeen();
    return createMetricsApp({
      ...{ readiness, scrape, logger },
      ...{ allowedHosts: ['worker.internal'], access, trustedProxies: [] },
    });
  }

  test('stand beside its probes, and nothing else does', async () => {
    await using app = openWorkerApp();
    assert.equal((await app.inject('/metrics')).statusCode, 200);
    for (const url of ['/healthz', '/livez', '/readyz'])
      assert.equal((await app.inject(url)).statusCode, 200);
    for (const url of ['/', '/v1/mcp/tools', '/docs', '/mcp']) {
      assert.equal((await app.inject(url)).statusCode, 404, url);
    }
    const posted = await app.inject({ method: 'POST', url: '/metrics', payload: {} });
    assert.equal(posted.statusCode, 405);
  });

  test('refuse a host that is none of its own', async () => {
    await using app = openWorkerApp();
    const ask = (host: string) => app.inject({ url: '/metrics', headers: { host } });
    assert.equal((await ask('worker.internal:9464')).statusCode, 200);
    assert.equal((await ask('evil.example')).statusCode, 403);
  });

  test('are guarded as those of an API are', async () => {
    const text = createTokenText();
    const row = {
      ...{ name: 'scraper', hash: toTokenHash(text), scopes: ['bio:read'] as const },
      ...{ createdAt: '2026-01-01T00:00:00Z', expiresAt: null, revokedAt: null, lastUsedOn: null },
    };
    const access = await openAccess({
      config: parseConfig({ BIO_MCP_AUTH: 'bearer' }, machine, []),
      tokens: { find: async (hash) => (hash === row.hash ? row : null), markUsed: async () => undefined },
      logger: recordingLogger().logger,
    });
    await using app = openWorkerApp(access);
    const ask = async (url: string, token?: string) => {
      const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
      return (await app.inject({ url, headers })).statusCode;
    };
    assert.equal(await ask('/metrics'), 401);
    assert.equal(await ask('/metrics', createTokenText()), 401);
    assert.equal(await ask('/nowhere'), 401);
    assert.equal(await ask('/metrics', text), 200);
    assert.deepEqual([await ask('/healthz'), await ask('/readyz')], [200, 200]);
  });
});
