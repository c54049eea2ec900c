import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { startService } from '../support/processes/service-process.ts';

/** Their lines are far more than a pipe takes. */
const CALLS = 4_000;
const AT_ONCE = 20;

test('a service whose log nobody reads answers all calls, and its log is whole once somebody does', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'bio-mcp-unread-'));
  t.after(() => rm(folder, { recursive: true }));
  await using service = await startService({ BIO_MCP_DATA_DIR: folder }, 'serve');
  const { child, ended } = service.process;
  child.stdout?.pause();
  for (let called = 0; called < CALLS; called += AT_ONCE) {
    const calls = Array.from({ length: AT_ONCE }, () => service.invoke('ping', {}));
    for (const { status } of await Promise.all(calls)) assert.equal(status, 200);
  }
  assert.equal((await service.readyz()).status, 200);
  const metrics = await (await fetch(`${service.url}/metrics`)).text();
  assert.match(metrics, /^bio_mcp_log_lines_dropped_total 0$/m);
  child.stdout?.resume();
  child.kill('SIGTERM');
  const { code, stdout } = await ended;
  assert.equal(code, 0);
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.equal(lines.filter(({ tool, msg }) => tool === 'ping' && msg === 'request').length, CALLS);
  assert.equal(lines.at(-1)?.msg, 'stopping');
});
