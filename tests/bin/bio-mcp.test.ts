import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempDisposableSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';

const LAUNCHER = join(import.meta.dirname, '../../bin/bio-mcp');
const TOOLS_PATH = '/usr/bin:/bin';

/** A checkout that holds the launcher and a program that prints its arguments. */
function makeCheckout(root: string, { dependencies }: { dependencies: boolean }): string {
  for (const folder of ['bin', 'src', 'elsewhere']) mkdirSync(join(root, folder));
  if (dependencies) mkdirSync(join(root, 'node_modules'));
  writeFileSync(join(root, 'package.json'), '{"type":"module"}');
  writeFileSync(
    join(root, 'src/main.ts'),
    'console.log(JSON.stringify(process.argv.slice(2) satisfies string[]));',
  );
  copyFileSync(LAUNCHER, join(root, 'bin/bio-mcp'));
  chmodSync(join(root, 'bin/bio-mcp'), 0o755);
  return join(root, 'bin/bio-mcp');
}

function addOldNode(root: string): string {
  const folder = join(root, 'elsewhere');
  writeFileSync(join(folder, 'node'), '#!/bin/sh\necho v20.20.2\n', { mode: 0o755 });
  return folder;
}

function run(file: string, args: readonly string[], path: string) {
  const { status, stdout, stderr } = spawnSync(file, args, { env: { PATH: path }, encoding: 'utf8' });
  return { status, stdout, stderr };
}

describe('bin/bio-mcp', () => {
  test('hands its arguments on as they are, through links to it, from any folder', () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), 'bio-mcp-bin-'));
    const launcher = makeCheckout(folder.path, { dependencies: true });
    symlinkSync(launcher, join(folder.path, 'elsewhere/first'));
    symlinkSync('first', join(folder.path, 'elsewhere/second'));
    const args = ['search', 'two words', '--json', "it's", ''];
    const { status, stdout } = run(
      join(folder.path, 'elsewhere/second'),
      args,
      `${dirname(process.execPath)}:${TOOLS_PATH}`,
    );
    assert.equal(status, 0);
    assert.deepEqual(JSON.parse(stdout), args);
  });

  test('takes the checkout’s own Node where the system’s is too old', () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), 'bio-mcp-bin-'));
    const launcher = makeCheckout(folder.path, { dependencies: true });
    const path = `${addOldNode(folder.path)}:${TOOLS_PATH}`;
    mkdirSync(join(folder.path, '.node/node_modules/.bin'), { recursive: true });
    symlinkSync(process.execPath, join(folder.path, '.node/node_modules/.bin/node'));
    assert.deepEqual(run(launcher, ['status'], path), { status: 0, stdout: '["status"]\n', stderr: '' });
  });

  test('leaves it to Node to say what is wrong with NODE_OPTIONS', () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), 'bio-mcp-bin-'));
    const launcher = makeCheckout(folder.path, { dependencies: true });
    const PATH = `${dirname(process.execPath)}:${TOOLS_PATH}`;
    const env = { PATH, NODE_OPTIONS: '--nonsense' };
    const { status, stderr } = spawnSync(launcher, ['status'], { env, encoding: 'utf8' });
    assert.notEqual(status, 0);
    assert.match(stderr, /--nonsense is not allowed in NODE_OPTIONS/);
    assert.doesNotMatch(stderr, /it needs Node 24/);
  });

  test('says in one sentence what to do where every Node is too old', () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), 'bio-mcp-bin-'));
    const launcher = makeCheckout(folder.path, { dependencies: true });
    const { status, stderr } = run(launcher, [], `${addOldNode(folder.path)}:${TOOLS_PATH}`);
    assert.equal(status, 1);
    assert.match(stderr, /^bio-mcp: it needs Node 24 or later: run 'make setup' in .+\n$/);
  });

  test('says in one sentence what to do where the dependencies are missing', () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), 'bio-mcp-bin-'));
    const launcher = makeCheckout(folder.path, { dependencies: false });
    const { status, stderr } = run(launcher, [], `${dirname(process.execPath)}:${TOOLS_PATH}`);
    assert.equal(status, 1);
    assert.match(stderr, /^bio-mcp: its dependencies are not installed: run 'make setup' in .+\n$/);
  });
});
