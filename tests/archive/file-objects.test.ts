import assert from 'node:assert/strict';
import { linkSync } from 'node:fs';
import { mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { createFileObjects } from '../../src/archive/files/file-objects.ts';
import type { ArchiveKey } from '../../src/domain/archive-key.ts';
import { makeTestFolder } from './sealed-record.ts';

const key = 'pubmed/raw/a' as ArchiveKey;
const keepEarlierAs = 'pubmed/history/a.1' as ArchiveKey;
const one = Buffer.from('one');
const two = Buffer.from('two');

/** As on FAT and some network file systems. */
function refuseLinks(): never {
  throw Object.assign(new Error('EPERM: operation not permitted, link'), { code: 'EPERM' });
}

describe('file objects', () => {
  test('the earlier object is kept as a link: it takes no second space', async () => {
    await using folder = await makeTestFolder();
    const objects = createFileObjects({ ...(await layOut(folder.path)), fsync: false });
    objects.put({ key, body: one, keepEarlierAs: null });
    const { ino } = await stat(join(folder.path, key));

    assert.equal(objects.put({ key, body: two, keepEarlierAs }), true);

    assert.equal((await stat(join(folder.path, keepEarlierAs))).ino, ino);
    assert.deepEqual([objects.find(keepEarlierAs), objects.find(key)], [one, two]);
  });

  test('where the file system has no links, the earlier object is kept as a copy', async () => {
    await using folder = await makeTestFolder();
    const settings = { ...(await layOut(folder.path)), fsync: true };
    const objects = createFileObjects(settings, { link: refuseLinks });
    objects.put({ key, body: one, keepEarlierAs: null });

    assert.equal(objects.put({ key, body: two, keepEarlierAs }), true);
    objects.flush();

    assert.deepEqual([objects.find(keepEarlierAs), objects.find(key)], [one, two]);
    assert.deepEqual(await readdir(settings.incomingFolder), []);
  });

  for (const [name, link] of [
    ['with links', linkSync],
    ['without links', refuseLinks],
  ] as const) {
    test(`on a file system ${name}, nothing is kept where nothing lay under the key`, async () => {
      await using folder = await makeTestFolder();
      const objects = createFileObjects({ ...(await layOut(folder.path)), fsync: false }, { link });

      assert.equal(objects.put({ key, body: one, keepEarlierAs }), false);

      assert.deepEqual([objects.find(keepEarlierAs), objects.find(key)], [null, one]);
    });

    test(`on a file system ${name}, a put repeated after a crash does not overwrite what was kept`, async () => {
      await using folder = await makeTestFolder();
      const objects = createFileObjects({ ...(await layOut(folder.path)), fsync: false }, { link });
      objects.put({ key, body: one, keepEarlierAs: null });
      objects.put({ key, body: two, keepEarlierAs });

      assert.equal(objects.put({ key, body: two, keepEarlierAs }), true);

      assert.deepEqual([objects.find(keepEarlierAs), objects.find(key)], [one, two]);
    });
  }
});

async function layOut(folder: string): Promise<{ folder: string; incomingFolder: string }> {
  const incomingFolder = join(folder, '.incoming');
  await mkdir(incomingFolder);
  return { folder, incomingFolder };
}
