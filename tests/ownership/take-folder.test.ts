import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { claimFolder } from '../../src/ownership/folder-lock.ts';
import { takeFolder } from '../../src/ownership/take-folder.ts';

test('a service that a stopped command leaves without an answer names it in the end', async ({ signal }) => {
  const folder = await mkdtemp(join(tmpdir(), 'bio-mcp-take-'));
  // It takes connections, as the system does for a process that is stopped, and says nothing.
  const silent = { folder, name: 'bio-mcp load', role: 'guest', onConnection: () => undefined } as const;
  const owned = await claimFolder(silent);
  assert.ok(owned.kind === 'owned');
  const claim = { folder, name: 'bio-mcp serve', onConnection: () => undefined };
  await assert.rejects(takeFolder(claim, { signal, mostWaitMs: 200 }), {
    code: 'DB_UNAVAILABLE',
    hint: `The data folder is in use by \`bio-mcp load\` (process ${process.pid}): work through that one, or stop it first.`,
  });
  await owned.lock[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});
