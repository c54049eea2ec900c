import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { copyTemplate } from '../support/postgres/databases.ts';

const MAIN = new URL('../../src/main.ts', import.meta.url).pathname;
/** It takes some 350 MB; 980 where V8 optimises PostgreSQL's code. Of 500 that are promised. */
const MOST_MB = 450;

/** Writes the highest memory of the process to stderr when it ends, in kB. */
const TELL_PEAK = `data:text/javascript,${encodeURIComponent(`
  import { writeSync } from 'node:fs';
  process.on('exit', () => writeSync(2, 'peak ' + process.resourceUsage().maxRSS));
`)}`;

test('bio-mcp stdio answers a search in half the memory that optimised code would take', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bio-mcp-memory-'));
  try {
    await copyTemplate(join(folder, 'database'));
    const child = spawn(process.execPath, ['--import', TELL_PEAK, MAIN, 'stdio'], {
      env: { PATH: process.env.PATH, BIO_MCP_DATA_DIR: folder, BIO_MCP_LOG_LEVEL: 'silent' },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const closed = once(child, 'close');
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text;
    });
    const send = (message: object) =>
      child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
    const clientInfo = { name: 'test', version: '0' };
    const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo };
    const search = { name: 'rag_search', arguments: { query: 'heart attack' } };
    send({ id: 1, method: 'initialize', params });
    send({ method: 'notifications/initialized' });
    send({ id: 2, method: 'tools/call', params: search });
    while (!stdout.includes('"id":2}')) await once(child.stdout, 'data');
    child.stdin.end();
    await closed;
    assert.match(stdout, /"structuredContent":\{.*"warnings"/, 'it has searched');
    const peakMb = Number(/peak (\d+)/.exec(stderr)?.[1]) / 1_024;
    assert.ok(peakMb > 0 && peakMb < MOST_MB, `the peak was ${peakMb} MB`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
