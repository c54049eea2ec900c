import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { listLoads, TELL_LOADS } from '../support/processes/tell-loads.ts';

const MAIN = new URL('../../src/main.ts', import.meta.url).pathname;
/**
 * Each takes longer to load than a desktop client should wait for the list of tools; the first call
 * may load them.
 */
const HEAVY = [
  '@lancedb',
  'apache-arrow',
  '@electric-sql',
  'kysely',
  'pg',
  'fastify',
  '@aws-sdk',
  'piscina',
  'cli-progress',
  'node:http', // loads fetch and WebSocket too
];

describe('the start of bio-mcp stdio', () => {
  test('loads nothing that only an opened corpus needs before the tools are listed', async () => {
    const child = spawn(process.execPath, ['--import', TELL_LOADS, MAIN, 'stdio'], {
      env: {
        PATH: process.env.PATH,
        BIO_MCP_DATA_DIR: '/dev/null/no/such/folder',
        BIO_MCP_LOG_LEVEL: 'silent',
      },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text;
    });
    const clientInfo = { name: 'test', version: '0' };
    const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo };
    const send = (message: object) =>
      child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
    send({ id: 1, method: 'initialize', params });
    send({ id: 2, method: 'tools/list' });
    while (!stdout.includes('"id":2}')) await once(child.stdout, 'data');
    const closed = once(child, 'close');
    child.stdin.end();
    await closed;
    const packages = listLoads(stderr).map(({ name }) => name);
    assert.ok(packages.includes('zod'), 'the loads are told');
    const heavy = packages.filter((name) => HEAVY.some((one) => name === one || name.startsWith(`${one}/`)));
    assert.deepEqual([...new Set(heavy)], []);
  });
});
