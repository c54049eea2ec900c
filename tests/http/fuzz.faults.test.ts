import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { orRequired } from '../support/required.ts';

const SCRIPT = fileURLToPath(new URL('../../scripts/fuzz-http.sh', import.meta.url));
/** What the script ends with where it cannot run. */
const CANNOT_RUN = 77;

test('no answer breaks the OpenAPI page, whatever 500 made-up requests an operation ask', async (t) => {
  const run = spawn(SCRIPT, ['500'], { signal: t.signal });
  const [output, errors, [code]] = await Promise.all([text(run.stdout), text(run.stderr), once(run, 'exit')]);
  if (code === CANNOT_RUN) return t.skip(orRequired(errors.trim()) || '');
  assert.equal(code, 0, `${output}\n${errors}`);
});
