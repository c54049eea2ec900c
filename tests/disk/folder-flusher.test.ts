import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempDisposable, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createFolderFlusher } from '../../src/disk/folder-flusher.ts';

const options = { signal: new AbortController().signal };
const FLUSH_WHEN_SHORT = fileURLToPath(new URL('../support/disk/flush-when-short.ts', import.meta.url));
const isLinux = process.platform === 'linux';

describe('folders that are flushed again and again', { skip: !isLinux && 'Linux alone has the call' }, () => {
  test('take one process, which ends with the flusher', async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'bio-mcp-flush-'));
    const before = await listChildren();
    {
      await using flusher = createFolderFlusher([folder.path]);
      assert.deepEqual(await listChildren(), before);
      assert.equal(await flusher.flush(options), true);
      const one = await listChildren();
      assert.equal(one.length, before.length + 1);
      const flushes = Array.from({ length: 5 }, () => flusher.flush(options));
      assert.deepEqual(await Promise.all(flushes), [true, true, true, true, true]);
      assert.deepEqual(await listChildren(), one);
    }
    assert.deepEqual(await listChildren(), before);
  });

  test('are flushed all the same where that process was killed', async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'bio-mcp-flush-'));
    const before = await listChildren();
    await using flusher = createFolderFlusher([folder.path]);
    await flusher.flush(options);
    for (const pid of await listChildren()) if (!before.includes(pid)) process.kill(pid, 'SIGKILL');
    assert.equal(await flusher.flush(options), true);
    assert.equal(await flusher.flush(options), true);
  });

  test('are told apart from what is not there', async () => {
    const folder = await mkdtempDisposable(join(tmpdir(), 'bio-mcp-flush-'));
    await using flusher = createFolderFlusher([folder.path]);
    assert.equal(await flusher.flush(options), true);
    await rm(folder.path, { recursive: true });
    assert.equal(await flusher.flush(options), false);
  });

  test('are not told as flushed where no process can be started', () => {
    const node = [process.execPath, FLUSH_WHEN_SHORT, tmpdir()];
    const { stdout, stderr } = spawnSync('sh', ['-c', 'ulimit -n 200; exec "$@"', 'sh', ...node], {
      encoding: 'utf8',
    });
    assert.equal(stdout, '{"short":"ARCHIVE_UNAVAILABLE","then":true}\n', stderr);
  });

  test('are not told as flushed where `sync` is killed', async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'bio-mcp-flush-'));
    await writeFile(join(folder.path, 'sync'), '#!/bin/sh\nkill -9 $$\n', { mode: 0o755 });
    const { PATH = '' } = process.env;
    await using flusher = createFolderFlusher([folder.path]);
    process.env.PATH = `${folder.path}:${PATH}`;
    try {
      await assert.rejects(flusher.flush(options), { code: 'ARCHIVE_UNAVAILABLE' });
    } finally {
      process.env.PATH = PATH;
    }
    assert.equal(await flusher.flush(options), true);
  });

  test('are left by who gives up waiting, and the next one is served', async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'bio-mcp-flush-'));
    await using flusher = createFolderFlusher([folder.path]);
    const stopping = new AbortController();
    const left = flusher.flush({ signal: stopping.signal });
    stopping.abort(new Error('enough'));
    await assert.rejects(left, /enough/);
    assert.equal(await flusher.flush(options), true);
  });
});

async function listChildren(): Promise<number[]> {
  const children = await readFile(`/proc/self/task/${process.pid}/children`, 'utf8');
  return children.trim().split(' ').filter(Boolean).map(Number);
}
