import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { toTestProcesses } from '../scripts/tests/test-processes.ts';
import { makeTestFolder } from './archive/sealed-record.ts';

const ROOT = join(import.meta.dirname, '..');

test('a run has every test file once, and those that change their process, or may kill it, alone', async () => {
  await using folder = await makeTestFolder();
  const files = globSync('tests/**/*.test.ts', { cwd: ROOT });
  const processes = toTestProcesses(files, { root: ROOT, folder: folder.path });
  const held = processes.map(({ path }) => (path.startsWith(folder.path) ? listImports(path) : [path]));
  assert.deepEqual(held.flat().sort(), files.map((file) => join(ROOT, file)).sort());

  // One process fewer is half a second less.
  const small = processes.filter(
    ({ path }, at) => path.startsWith(folder.path) && (held[at]?.length ?? 0) < 3,
  );
  assert.deepEqual(small, []);
  const shared = held.filter((group) => group.length > 1).flat();
  assert.ok(shared.length > 100, `${shared.length} files share a process`);
  assert.deepEqual(
    shared.filter((path) => /\.(faults|services)\.test\.ts$/.test(path)),
    [],
  );
  for (const name of [
    'ownership/close-to-others',
    'archive/file-thread',
    'aws/s3-access',
    'http/access-matrix',
  ]) {
    assert.ok(!shared.some((path) => path.endsWith(`${name}.test.ts`)), `${name} changes its process`);
  }
});

function listImports(program: string): string[] {
  const urls = readFileSync(program, 'utf8').matchAll(/^await import\('(.*)'\);$/gm);
  return [...urls].map(([, url]) => fileURLToPath(url ?? ''));
}
