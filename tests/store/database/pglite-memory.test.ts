import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { copyTemplate } from '../../support/postgres/databases.ts';

/** It takes 185 MB, and 520 where V8 optimises PostgreSQL's code. */
const MOST_MB = 320;
const PROGRAM = fileURLToPath(new URL('open-and-tell-peak.ts', import.meta.url));

test('the embedded database opens in a third of the memory that optimised code would take', async () => {
  const work = await mkdtemp(join(tmpdir(), 'bio-mcp-memory-'));
  try {
    await copyTemplate(join(work, 'db'));
    const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, join(work, 'db')]);
    const peak = Number(stdout);
    assert.ok(peak > 0 && peak < MOST_MB, `the peak was ${stdout} MB`);
  } finally {
    await rm(work, { recursive: true });
  }
});
