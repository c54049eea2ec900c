import assert from 'node:assert/strict';
import { linkSync } from 'node:fs';
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { ReplacedFile } from '../../src/archive/files/file-archive-protocol.ts';
import { createFileObjects } from '../../src/archive/files/file-objects.ts';
import { makeTestFolder, type SealedRecord, sealRecord } from './sealed-record.ts';

const one = sealRecord('1', 'one');
const two = sealRecord('1', 'two');
const three = sealRecord('1', 'three', 'gzip');

/** As on FAT and some network file systems. */
function refuseLinks(): never {
  throw Object.assign(new Error('EPERM: operation not permitted, link'), { code: 'EPERM' });
}

describe('file objects', () => {
  test('the earlier object is kept as a link: it takes no second space', async () => {
    await using folder = await makeTestFolder();
    const objects = createFileObjects({ ...(await layOut(folder.path)), fsync: false });
    objects.put(toOrder(one, null));
    const { ino } = await stat(join(folder.path, one.key));

    objects.put(toOrder(two, one));

    assert.equal((await stat(join(folder.path, one.historyKey))).ino, ino);
    assert.deepEqual(bytesOf(objects, one.historyKey, two.key), [one.body, two.body].map(toBytes));
  });

  test('where the file system has no links, the earlier object is kept as a copy', async () => {
    await using folder = await makeTestFolder();
    const settings = { ...(await layOut(folder.path)), fsync: true };
    const objects = createFileObjects(settings, { link: refuseLinks });
    objects.put(toOrder(one, null));

    objects.put(toOrder(two, one));
    objects.flush();

    assert.deepEqual(bytesOf(objects, one.historyKey, two.key), [one.body, two.body].map(toBytes));
    assert.deepEqual(await readdir(settings.incomingFolder), []);
  });

  for (const [name, link] of [
    ['with links', linkSync],
    ['without links', refuseLinks],
  ] as const) {
    describe(`on a file system ${name}`, () => {
      test('nothing is kept where nothing lay under the key', async () => {
        await using folder = await makeTestFolder();
        const objects = createFileObjects({ ...(await layOut(folder.path)), fsync: false }, { link });

        objects.put(toOrder(two, one));

        assert.deepEqual(bytesOf(objects, one.historyKey, two.key), [null, toBytes(two.body)]);
      });

      test('a put repeated after a crash does not overwrite what was kept', async () => {
        await using folder = await makeTestFolder();
        const objects = createFileObjects({ ...(await layOut(folder.path)), fsync: false }, { link });
        objects.put(toOrder(one, null));
        objects.put(toOrder(two, one));

        objects.put(toOrder(two, one));

        assert.deepEqual(bytesOf(objects, one.historyKey, two.key), [one.body, two.body].map(toBytes));
        assert.equal(objects.find(two.historyKey), null);
      });

      test('a whole record that no pointer tells of is kept under its own hash', async () => {
        await using folder = await makeTestFolder();
        const objects = createFileObjects({ ...(await layOut(folder.path)), fsync: false }, { link });
        objects.put(toOrder(one, null));
        objects.put(toOrder(two, one));

        objects.put({ ...toOrder(three, one), key: two.key }); // by a database that knows `one` alone

        const found = bytesOf(objects, one.historyKey, two.historyKey, two.key);
        assert.deepEqual(found, [one.body, two.body, three.body].map(toBytes));
      });

      test('a whole object takes the place of a damaged one that was kept, and never the other way', async () => {
        await using folder = await makeTestFolder();
        const objects = createFileObjects({ ...(await layOut(folder.path)), fsync: false }, { link });
        objects.put(toOrder(one, null));
        objects.put({ ...toOrder(one, null), key: one.historyKey, body: Buffer.from('torn') });
        objects.put(toOrder(two, one));
        assert.deepEqual(bytesOf(objects, one.historyKey), [toBytes(one.body)]);

        await writeFile(join(folder.path, one.key), 'torn');
        objects.put(toOrder(two, one));
        assert.deepEqual(bytesOf(objects, one.historyKey), [toBytes(one.body)]);
      });

      test('bytes that nobody can read are kept too, where nothing better is', async () => {
        await using folder = await makeTestFolder();
        const objects = createFileObjects({ ...(await layOut(folder.path)), fsync: false }, { link });
        objects.put({ ...toOrder(one, null), body: Buffer.from('torn') });
        objects.put(toOrder(two, one));
        assert.deepEqual(bytesOf(objects, one.historyKey), [Buffer.from('torn')]);
      });
    });
  }

  test('an object under another key stays until it is removed, and what was kept in place is no such object', async () => {
    await using folder = await makeTestFolder();
    const objects = createFileObjects({ ...(await layOut(folder.path)), fsync: true });
    objects.put(toOrder(one, null));

    assert.equal(objects.put(toOrder(three, one)), one.key);
    assert.deepEqual(bytesOf(objects, one.key, one.historyKey), [one.body, one.body].map(toBytes));
    objects.remove(one.key);
    objects.flush();

    assert.deepEqual(bytesOf(objects, one.key, three.key), [null, toBytes(three.body)]);
    const keep = { contentHash: one.contentHash, as: one.historyKey };
    const inHistory = { key: one.historyKey, keep };
    assert.equal(objects.put({ ...toOrder(two, null), replaces: inHistory }), null);
    assert.equal(objects.put({ ...toOrder(two, null), replaces: { key: null, keep } }), null);
    assert.equal(objects.clear({ replaced: { key: three.key, keep: null }, by: null }), three.key);
    await rm(join(folder.path, three.key));
    objects.remove(three.key); // removed by another hand: no failure
  });
});

function toOrder({ key, body }: SealedRecord, replaced: SealedRecord | null) {
  const keep = replaced && { contentHash: replaced.contentHash, as: replaced.historyKey };
  const replaces: ReplacedFile | null = replaced && { key: replaced.key, keep };
  return { key, body, replaces };
}

function bytesOf(objects: ReturnType<typeof createFileObjects>, ...keys: SealedRecord['key'][]) {
  return keys.map((key) => objects.find(key));
}

function toBytes(body: Uint8Array): Buffer {
  return Buffer.from(body);
}

async function layOut(folder: string): Promise<{ folder: string; incomingFolder: string }> {
  const incomingFolder = join(folder, '.incoming');
  await mkdir(incomingFolder);
  return { folder, incomingFolder };
}
