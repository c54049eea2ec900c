import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { removeWithMounts } from '../scripts/tests/run-folder.ts';
import { whyNoTinyDisk } from './support/disk/tiny-disk.ts';

const ROOT = join(import.meta.dirname, '..');
const TESTS = {
  good: "test('holds', () => undefined);",
  bad: "test('breaks', () => { throw new Error('broken'); });",
  skipped: "test('is left out', { skip: true }, () => undefined);",
  open: "test('leaves a timer', () => void setInterval(() => undefined, 1_000));",
};

test('what a killed run left is removed with the small disks in it', { skip: whyNoTinyDisk() }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bio-mcp-left-'));
  const disk = join(folder, 'disk');
  await mkdir(disk);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk]);
  await writeFile(join(disk, 'file'), 'left');
  removeWithMounts(folder);
  await assert.rejects(stat(folder), { code: 'ENOENT' });
});

describe('a run of the tests', () => {
  let root = '';
  before(async () => {
    root = await copyProgram();
    for (const [name, text] of Object.entries(TESTS))
      await writeFile(join(root, 'tests', `${name}.test.ts`), `import { test } from 'node:test';\n${text}\n`);
  });
  after(() => rm(root, { recursive: true, force: true }));

  test('passes where each test passed', async () => {
    assert.deepEqual(await runTests('good'), { code: 0, failed: '0' });
  });

  test('fails with one that failed, though its server ends as it should', async () => {
    assert.deepEqual(await runTests('bad'), { code: 1, failed: '1' });
  });

  test('fails with one that was skipped, where none may be', async () => {
    assert.deepEqual(await runTests('skipped'), { code: 1, failed: '0' });
  });

  test('fails with one whose process does not end, and goes on without it', async () => {
    assert.deepEqual(await runTests('open', { TEST_LIFE_MS: '2000' }), { code: 1, failed: '1' });
  });

  async function runTests(word: string, settings: Record<string, string> = {}) {
    const { NODE_TEST_CONTEXT: _ours, NODE_OPTIONS: _options, ...env } = process.env;
    const program = spawn(process.execPath, [join(root, 'scripts', 'run-tests.ts'), 'quick', word], {
      env: { ...env, TEST_REQUIRE_ALL: '1', ...settings },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let told = '';
    program.stdout.setEncoding('utf8').on('data', (text: string) => {
      told += text;
    });
    const [code] = await once(program, 'close');
    return { code, failed: /^ℹ fail (\d+)$/m.exec(told)?.[1] };
  }
});

/** The program with what it imports, and no test of ours. */
async function copyProgram(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'run-tests-'));
  for (const part of ['package.json', 'scripts', 'src', 'tests/support'])
    await cp(join(ROOT, part), join(root, part), { recursive: true });
  await mkdir(join(root, 'node_modules'));
  for (const name of await readdir(join(ROOT, 'node_modules')))
    if (!name.startsWith('.'))
      await symlink(join(ROOT, 'node_modules', name), join(root, 'node_modules', name));
  return root;
}
