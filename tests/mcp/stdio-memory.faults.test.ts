import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { askStdio } from '../support/mcp/ask-stdio.ts';
import { copyTemplate } from '../support/postgres/databases.ts';

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
    const params = { name: 'rag_search', arguments: { query: 'heart attack' } };
    const { stdout, stderr } = await askStdio(
      { method: 'tools/call', params },
      { preload: TELL_PEAK, env: { BIO_MCP_DATA_DIR: folder } },
    );
    assert.match(stdout, /"structuredContent":\{.*"warnings"/, 'it has searched');
    const peakMb = Number(/peak (\d+)/.exec(stderr)?.[1]) / 1_024;
    assert.ok(peakMb > 0 && peakMb < MOST_MB, `the peak was ${peakMb} MB`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
