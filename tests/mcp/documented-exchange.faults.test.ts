import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';

const WALK = new URL('../../scripts/walk-mcp.ts', import.meta.url).pathname;

/** Loads the demo corpus, some 10 CPU-s: in the tier of what costs most. */
test('the questions of docs/mcp.md are answered as it says', async ({ signal }) => {
  const run = promisify(execFile)(process.execPath, [WALK, '--check'], { signal });
  const said = await run.then(
    () => '',
    (failure: { stdout?: string }) => failure.stdout || String(failure),
  );
  assert.equal(said, '');
});
