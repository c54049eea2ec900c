import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';

const TRACKER = join(import.meta.dirname, '..', 'scripts', 'tests', 'track-tests.ts');
const FILE = join(import.meta.dirname, 'support', 'late-failures.ts');

test('an error that nobody awaits fails the test that caused it, in a run of all tests as by Node itself', () => {
  const alone = runTests([]);
  assert.match(alone, /not ok 1 - throws in a timer/);
  assert.match(alone, /not ok 2 - leaves a rejection/);
  assert.match(alone, /^ {8}ok 1 - inside/m);
  assert.match(alone, /Test "throws after its end".* generated asynchronous activity after the test ended/);
  assert.equal(runTests(['--import', TRACKER]), alone);
});

/** What the runner says, without times and stacks. */
function runTests(flags: readonly string[]): string {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const { status, stdout } = spawnSync(process.execPath, [...flags, '--test-reporter=tap', FILE], {
    env,
    encoding: 'utf8',
  });
  assert.equal(status, 1, stdout);
  return stdout
    .split('\n')
    .filter((line) => /^\s*(?:not )?ok |^# [^d]|^\s*error:/.test(line))
    .join('\n');
}
