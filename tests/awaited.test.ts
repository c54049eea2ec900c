import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';

const TRACKER = join(import.meta.dirname, '..', 'scripts', 'tests', 'track-tests.ts');
const FILE = join(import.meta.dirname, 'support', 'ended-waits.ts');

test('a wait ends with its test, and the report says what was awaited and what came instead', () => {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const flags = ['--import', TRACKER, '--test-reporter=tap', FILE];
  const { status, stdout } = spawnSync(process.execPath, flags, { env, encoding: 'utf8' });
  assert.equal(status, 1, stdout);
  const told = stdout.split('\n').filter((line) => /^not ok|^# waited|^ {2}error:/.test(line));
  assert.deepEqual(told, [
    'not ok 1 - of an event',
    "  error: 'test timed out after 50ms'",
    '# waited for the bell; what came: silence',
    'not ok 2 - of an answer',
    "  error: 'test timed out after 50ms'",
    '# waited for the right answer',
    'not ok 3 - beside what fails',
    "  error: 'its work failed'",
    '# waited for the work',
    'not ok 4 - of a process',
    "  error: 'test timed out after 500ms'",
  ]);
});
