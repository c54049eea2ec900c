import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createChanges } from '../../src/mcp/changes.ts';
import { createToolDesk } from '../../src/mcp/desks/tool-desk.ts';
import { toOwnExchange } from '../../src/mcp/exchange.ts';
import { createToolNames } from '../../src/mcp/tool-names.ts';
import { createToolInvoker } from '../../src/tools/tool-invoker.ts';
import { createTestCatalogue } from '../support/http/test-catalogue.ts';
import { recordingLogger } from '../support/telemetry/log-lines.ts';

test('each call over stdio has one line of the log, with the trace id that its answer tells', async () => {
  const { lines, logger } = recordingLogger();
  const catalogue = createTestCatalogue();
  const names = createToolNames(
    catalogue.list().map(({ name }) => name),
    'underscore',
  );
  const process = { version: '1', uptimeSeconds: () => 1 };
  // The cast holds because the tools that are called ask for nothing but `process`.
  const invoker = createToolInvoker({ catalogue, services: { process } as never, logger });
  const desk = createToolDesk({
    ...{ catalogue, names, invoker, logger },
    ...{ changes: createChanges(), follows: null, logsCalls: true },
  });
  const call = (name: string) => {
    const exchange = toOwnExchange(new AbortController().signal);
    const answer = desk.call({ name, params: {} }, exchange);
    return answer.then(
      () => exchange.traceId,
      () => exchange.traceId,
    );
  };
  const cutInASign = `${'x'.repeat(99)}😀`;
  const called = ['ping', 'test_unavailable', 'no_such_tool', cutInASign];
  const traceIds: string[] = [];
  for (const name of called) traceIds.push(await call(name));
  const requests = lines.filter(({ msg }) => msg === 'request');
  assert.deepEqual(
    requests.map(({ trace_id, tool, status, error_code }) => ({ trace_id, tool, status, error_code })),
    [
      { trace_id: traceIds[0], tool: 'ping', status: 'succeeded', error_code: undefined },
      { trace_id: traceIds[1], tool: 'test.unavailable', status: 'failed', error_code: 'DB_UNAVAILABLE' },
      { trace_id: traceIds[2], tool: 'no_such_tool', status: 'failed', error_code: 'TOOL_NOT_FOUND' },
      { trace_id: traceIds[3], tool: 'x'.repeat(99), status: 'failed', error_code: 'TOOL_NOT_FOUND' },
    ],
  );
  assert.ok(requests.every(({ latency_ms }) => typeof latency_ms === 'number'));
});
