import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { endWithTest } from '../support/awaited.ts';
import { INHERITED } from '../support/processes/command-process.ts';
import { startService } from '../support/processes/service-process.ts';

const PROGRAM = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
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

test('stdio answers all calls of a client that never reads stderr', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'bio-mcp-unread-'));
  t.after(() => rm(folder, { recursive: true }));
  const child = spawn(process.execPath, [PROGRAM, 'stdio'], {
    env: { ...INHERITED, BIO_MCP_DATA_DIR: folder },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  endWithTest(child);
  const send = (id: number, method: string, params: object) =>
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
  const clientInfo = { name: 'test', version: '1' };
  send(0, 'initialize', { protocolVersion: '2025-06-18', capabilities: {}, clientInfo });
  for await (const line of createInterface({ input: child.stdout })) {
    const { id, error } = JSON.parse(line) as { id: number; error?: unknown };
    assert.equal(error, undefined);
    if (id === CALLS) break;
    send(id + 1, 'tools/call', { name: 'ping', arguments: {} });
  }
  const closed = once(child, 'close');
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  child.stdin.end();
  assert.deepEqual(await closed, [0, null]);
  assert.equal(log.split('\n').filter((line) => line.includes('"tool":"ping"')).length, CALLS);
});
