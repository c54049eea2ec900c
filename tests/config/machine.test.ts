import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { findLimitProblem } from '../../src/config/machine.ts';

const PROGRAM = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const SENTENCE =
  'This process may open only 100 files: raise the limit (`ulimit -n`, LimitNOFILE of systemd) to 1024 or more.';

test('a limit of open files that is too low is a sentence, and any other is none', () => {
  const withLimit = (most: string) =>
    `Limit   Soft Limit  Hard Limit  Units\nMax open files            ${most}   ${most}    files\n`;
  assert.equal(findLimitProblem(withLimit('100')), SENTENCE);
  for (const limits of [withLimit('128'), withLimit('1048576'), withLimit('unlimited'), '']) {
    assert.equal(findLimitProblem(limits), null);
  }
});

test('a command that may open few files ends at once, and says so', {
  skip: process.platform !== 'linux' && 'only Linux tells the limit',
}, () => {
  const words = ['-c', 'ulimit -n 100; exec "$0" "$@"', process.execPath, PROGRAM, 'status'];
  const { status, stderr } = spawnSync('sh', words, { encoding: 'utf8' });
  assert.equal(status, 2);
  assert.ok(stderr.includes(SENTENCE), stderr);
});
