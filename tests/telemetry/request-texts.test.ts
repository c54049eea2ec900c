import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RequestFacts } from '../../src/telemetry/logger.ts';
import { createPinoLogger } from '../../src/telemetry/pino-logger.ts';
import { inTrace } from '../../src/telemetry/trace-context.ts';

const TRACE = 'a'.repeat(32);
const OTHER_TRACE = 'b'.repeat(32);
const HTTP: RequestFacts = {
  trace_id: TRACE,
  tool: 'ping',
  error_code: undefined,
  method: 'POST',
  path: '/v1/mcp/invoke',
  status: 200,
  latency_ms: 0.4,
  by: undefined,
};
const STDIO: RequestFacts = {
  trace_id: TRACE,
  tool: 'ping',
  error_code: undefined,
  status: 'succeeded',
  latency_ms: 3,
};

/** Each differs from the one before in one way or more. */
const FOLLOWING: Readonly<Record<string, readonly RequestFacts[]>> = {
  'trace and latency': [HTTP, { ...HTTP, trace_id: OTHER_TRACE, latency_ms: 12.5 }, HTTP],
  status: [HTTP, { ...HTTP, status: 499 }, HTTP],
  'error code': [HTTP, { ...HTTP, error_code: 'TOOL_BUSY' }, { ...HTTP, error_code: 'VALIDATION' }],
  method: [HTTP, { ...HTTP, method: 'GET' }],
  path: [HTTP, { ...HTTP, path: '/mcp' }, { ...HTTP, path: '/v1/mcp/invokE' }],
  caller: [HTTP, { ...HTTP, by: 'ada' }, { ...HTTP, by: 'a "name"\\\n' }, HTTP],
  tool: [HTTP, { ...HTTP, tool: undefined }, { ...HTTP, tool: 'a "tool"\u2028' }, { ...HTTP, tool: 'é🧬' }],
  surface: [STDIO, HTTP, STDIO, { ...STDIO, status: 'failed', error_code: 'NOT_FOUND' }, STDIO],
  latencies: [0, 0.1, 0.3, 1, 99.9, 100, 100.1, 1234.5, 0.15, 1e21, 1e-7, -0, -0.1, Number.NaN].map(
    (latency_ms) => ({ ...HTTP, latency_ms }),
  ),
  'what is too long': [HTTP, { ...HTTP, path: `/${'x'.repeat(700)}` }, { ...HTTP, tool: 'y'.repeat(9_000) }],
  'what is hidden': [
    { ...HTTP, path: '/postgresql://ada:s3cret@db/x' },
    { ...HTTP, by: 'http://a:s3cret@x' },
  ],
  'more tools than are known': Array.from({ length: 500 }, (_, at) => ({
    ...HTTP,
    tool: `tool-${at % 250}`,
  })),
};

function openLogger(level: 'info' | 'warn' = 'info') {
  const texts: string[] = [];
  const destination = { write: (line: string) => void texts.push(line.replace(/"ts":"[^"]+"/, '"ts"')) };
  return { texts, logger: createPinoLogger({ level, service: 'a "service"', destination }) };
}

for (const [name, requests] of Object.entries(FOLLOWING)) {
  test(`lines of requests that differ in ${name} are what pino makes of them, letter for letter`, () => {
    const { texts, logger } = openLogger();
    const { texts: pinos, logger: other } = openLogger();
    for (const request of requests) {
      logger.request(request);
      inTrace(OTHER_TRACE, () => logger.child({ room: 'http' }).request(request));
      other.warn({ ...request }, 'request');
      other.child({ room: 'http' }).warn({ ...request }, 'request');
    }
    assert.deepEqual(
      texts,
      pinos.map((text) => text.replace('"level":"warn"', '"level":"info"')),
    );
    assert.doesNotMatch(texts.join(''), /s3cret/);
  });
}

test('a level above writes no line of a request', () => {
  const { texts, logger } = openLogger('warn');
  logger.request(HTTP);
  assert.deepEqual(texts, []);
});
