import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { startProcess, stopProcess } from '../../scripts/services/processes.ts';

const PROGRAM = { command: process.execPath, args: ['-e', 'setInterval(() => {}, 1000)'], env: {} };

describe('processes of `make services`', () => {
  let runFolder: string;
  before(async () => {
    runFolder = await mkdtemp(join(tmpdir(), 'bio-mcp-services-'));
  });
  after(() => rm(runFolder, { recursive: true }));

  /** One that has ended and waits for its parent, this process, is not. */
  const isAlive = (pid: number) => {
    const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
    return stdout !== '' && !stdout.startsWith('Z');
  };
  const readRecord = async (name: string): Promise<{ pid: number; startedAt: string }> =>
    JSON.parse(await readFile(join(runFolder, `${name}.json`), 'utf8'));

  test('what was started is ended, once', async () => {
    const isRunning = await startProcess({ runFolder, name: 'one' }, PROGRAM);
    const { pid } = await readRecord('one');
    assert.ok(isRunning() && isAlive(pid));

    assert.equal(await stopProcess({ runFolder, name: 'one' }), true);

    assert.equal(isAlive(pid), false);
    assert.equal(await stopProcess({ runFolder, name: 'one' }), false);
  });

  test('a process that has the id of an earlier one of ours is left alone', async () => {
    await startProcess({ runFolder, name: 'two' }, PROGRAM);
    const record = await readRecord('two');
    const earlier = { ...record, startedAt: 'Thu Jan 1 00:00:00 1970' };
    await writeFile(join(runFolder, 'two.json'), JSON.stringify(earlier));

    assert.equal(await stopProcess({ runFolder, name: 'two' }), false);

    assert.ok(isAlive(record.pid));
    await writeFile(join(runFolder, 'two.json'), JSON.stringify(record));
    assert.equal(await stopProcess({ runFolder, name: 'two' }), true);
  });

  test('a start that `ps` tells a second later is the same', async () => {
    await startProcess({ runFolder, name: 'four' }, PROGRAM);
    const record = await readRecord('four');
    const later = new Date(Date.parse(record.startedAt) - 1_000).toString().replace(/ GMT.*/, '');
    await writeFile(join(runFolder, 'four.json'), JSON.stringify({ ...record, startedAt: later }));

    assert.equal(await stopProcess({ runFolder, name: 'four' }), true);
    assert.equal(isAlive(record.pid), false);
  });

  test('a service that was never started is none to stop', async () => {
    assert.equal(await stopProcess({ runFolder, name: 'three' }), false);
  });
});
