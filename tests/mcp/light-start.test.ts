import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { askStdio } from '../support/mcp/ask-stdio.ts';
import { listLoads, TELL_LOADS } from '../support/processes/tell-loads.ts';

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
    const env = { BIO_MCP_DATA_DIR: '/dev/null/no/such/folder' };
    const { stderr } = await askStdio({ method: 'tools/list' }, { preload: TELL_LOADS, env });
    const packages = listLoads(stderr).map(({ name }) => name);
    assert.ok(packages.includes('zod'), 'the loads are told');
    const heavy = packages.filter((name) => HEAVY.some((one) => name === one || name.startsWith(`${one}/`)));
    assert.deepEqual([...new Set(heavy)], []);
  });
});
