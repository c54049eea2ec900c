import assert from 'node:assert/strict';
import { appendFile, mkdir, mkdtemp, rename, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import {
  CLOSED_FILES,
  compareClosedFiles,
  forgetClosedFiles,
  noteClosedFiles,
} from '../../src/disk/closed-files.ts';

const BIG = Buffer.alloc(3_000_000, 7);
const UNCHANGED = { missing: [], changed: [], added: [] };

async function makeFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'bio-mcp-closed-'));
  const path = (name: string) => join(folder, name);
  await mkdir(path('inner'));
  await writeFile(path('big'), BIG);
  await writeFile(path('inner/one'), 'one');
  await writeFile(path('inner/two'), 'two');
  await noteClosedFiles(folder, /^lock$/);
  const compare = () => compareClosedFiles(folder, /^lock$/);
  return { folder, path, compare, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}

describe('what a folder held when it was closed', () => {
  test('is compared by bytes where the times differ, as in a copy', async () => {
    await using made = await makeFolder();
    assert.deepEqual(await made.compare(), UNCHANGED);
    await utimes(made.path('big'), 1, 1);
    await writeFile(made.path('lock'), 'of a process');
    assert.deepEqual(await made.compare(), UNCHANGED);
  });

  test('does not miss what is ignored now and was not when it was written down', async () => {
    await using made = await makeFolder();
    await noteClosedFiles(made.folder);
    await rm(made.path('inner/two'));
    assert.deepEqual(await compareClosedFiles(made.folder, /two$/), UNCHANGED);
  });

  test('tells files that were cut, zeroed, swapped, lost and added', async () => {
    await using made = await makeFolder();
    await writeFile(made.path('big'), Buffer.concat([BIG.subarray(0, 2_999_999), Buffer.of(0)]));
    await rename(made.path('inner/one'), made.path('inner/three'));
    assert.deepEqual(await made.compare(), {
      missing: ['inner/one'],
      changed: ['big'],
      added: ['inner/three'],
    });
    await rename(made.path('inner/two'), made.path('inner/one'));
    await rename(made.path('inner/three'), made.path('inner/two'));
    await truncate(made.path('big'), 8_192);
    assert.deepEqual(await made.compare(), {
      ...UNCHANGED,
      changed: ['big', 'inner/one', 'inner/two'],
    });
  });

  test('is noted anew at the next closing, and tells nothing where the note itself was torn', async () => {
    await using made = await makeFolder();
    await appendFile(made.path('inner/two'), '!');
    await noteClosedFiles(made.folder, /^lock$/);
    assert.deepEqual(await made.compare(), UNCHANGED);
    await forgetClosedFiles(made.folder);
    assert.equal(await made.compare(), null);
    await noteClosedFiles(made.folder, /^lock$/);
    assert.deepEqual(await made.compare(), UNCHANGED);
    await truncate(made.path(CLOSED_FILES), 50);
    assert.equal(await made.compare(), null);
    await rm(made.path(CLOSED_FILES));
    assert.equal(await made.compare(), null);
  });
});
