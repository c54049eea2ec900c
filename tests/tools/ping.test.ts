import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runTool } from '../../src/tools/define-tool.ts';
import { ping } from '../../src/tools/ping.ts';
import { silentLogger } from '../support/telemetry/silent-logger.ts';

test('ping answers with the message, the version and the uptime, and nothing else', async () => {
  const context = {
    services: { process: { version: '1.2.3', uptimeSeconds: () => 61.27 } },
    signal: new AbortController().signal,
    traceId: '0'.repeat(32),
    logger: silentLogger(),
    surface: 'cli' as const,
  };
  assert.deepEqual(await runTool(ping, { message: 'hello' }, context), {
    message: 'hello',
    version: '1.2.3',
    uptime_s: 61.3,
  });
});
