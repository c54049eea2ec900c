import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { endWithTest } from '../support/awaited.ts';
import { mountTinyDisk, whyNoTinyDisk } from '../support/disk/tiny-disk.ts';

const PROCESS = fileURLToPath(new URL('../support/processes/logging-process.ts', import.meta.url));
const LINES = 20_000;

test('a full disk under the log holds up nothing; once there is room, each line comes whole and in order', {
  skip: whyNoTinyDisk(),
}, async () => {
  using disk = mountTinyDisk({ kilobytes: 64 });
  const path = join(disk.path, 'log');
  const file = openSync(path, 'a');
  const child = spawn(process.execPath, [PROCESS, 'told to end', String(LINES)], {
    stdio: ['pipe', file, 'pipe'],
  });
  endWithTest(child);
  closeSync(file);
  assert.ok(child.stderr !== null && child.stdin !== null);
  const [dropped] = await once(child.stderr.setEncoding('utf8'), 'data');
  assert.equal(Number(dropped), 0);
  assert.ok(readFileSync(path).length <= 65_536);
  disk.enlarge({ kilobytes: 8_192 });
  const exited = once(child, 'exit');
  child.stdin.write('end\n');
  assert.deepEqual(await exited, [0, null]);
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  assert.deepEqual(
    lines.map((line) => JSON.parse(line).at),
    [...Array(LINES + 1).keys()],
  );
});
