import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Archive } from '../../src/archive/archive.ts';
import { openFileArchive } from '../../src/archive/files/file-archive.ts';
import { findDamage } from '../../src/archive/object-check.ts';
import type { ArchiveKey, ArchiveUri } from '../../src/domain/corpus/archive-key.ts';
import { BioMcpError } from '../../src/errors/bio-mcp-error.ts';
import { mountTinyDisk, whyNoTinyDisk } from '../support/disk/tiny-disk.ts';
import { makeTestFolder, sealRecord } from './sealed-record.ts';
import { toArray } from './to-array.ts';

const body = Buffer.alloc(10_000, 7);

describe('file archive under faults', () => {
  test('a full disk ends a batch with a sentence; the puts before it stay, and it goes on once there is space', {
    skip: whyNoTinyDisk(),
  }, async ({ signal }) => {
    using disk = mountTinyDisk({ kilobytes: 256 });
    await using archive = await openFileArchive({ folder: join(disk.path, 'archive'), fsync: true });
    const puts = Array.from({ length: 60 }, (_, index) => toPut(`pubmed/raw/${100 + index}`));

    const error = await errorOf(archive.put(puts, { signal }));

    assert.equal(error.code, 'ARCHIVE_UNAVAILABLE');
    assert.match(error.hint, /^The disk that holds the archive is full: free some space/);
    const failedAt = /put (\d+) of 60, (pubmed\/raw\/\d+): ENOSPC/.exec(error.message);
    assert.ok(failedAt?.[1] !== undefined, error.message);
    assert.ok(error.message.includes(disk.path) && !error.hint.includes(disk.path));
    const kept = await listKeys(archive);
    assert.deepEqual(
      kept,
      puts.slice(0, Number(failedAt[1]) - 1).map(({ key }) => key),
    );
    for (const key of kept)
      assert.equal((await archive.findCurrent(key, { signal }))?.body.length, body.length);
    assert.deepEqual(await readdir(join(disk.path, 'archive', '.incoming')), []);
    await rm(join(disk.path, 'archive', 'pubmed', 'raw', '100'));
    assert.equal((await archive.put(puts.slice(0, 1), { signal })).length, 1);
  });

  test('a read-only disk is named as such', { skip: whyNoTinyDisk() }, async ({ signal }) => {
    using disk = mountTinyDisk({ kilobytes: 256 });
    await using archive = await openFileArchive({ folder: disk.path, fsync: false });
    await archive.put([toPut('pubmed/raw/1')], { signal });
    disk.remount('ro');

    for (const call of [
      () => archive.put([toPut('pubmed/raw/2')], { signal }),
      () => archive.ping({ signal }),
    ]) {
      const error = await errorOf(call());
      assert.equal(error.code, 'ARCHIVE_UNAVAILABLE');
      assert.match(error.hint, /read-only file system/);
    }
    assert.deepEqual(await listKeys(archive), ['pubmed/raw/1']);
    disk.remount('rw');
  });

  test('a file where a folder belongs is named, on opening and on writing', async ({ signal }) => {
    await using folder = await makeTestFolder();
    await writeFile(join(folder.path, 'file'), '');
    const opening = await errorOf(openFileArchive({ folder: join(folder.path, 'file'), fsync: false }));
    await using archive = await openFileArchive({ folder: folder.path, fsync: false });
    await writeFile(join(folder.path, 'pubmed'), '');

    const putting = await errorOf(archive.put([toPut('pubmed/raw/1')], { signal }));

    for (const error of [opening, putting]) {
      assert.equal(error.code, 'ARCHIVE_UNAVAILABLE');
      assert.match(error.hint, /A file stands where the archive needs a folder/);
      assert.ok(!error.hint.includes(folder.path));
    }
    assert.equal(await archive.findCurrent('pubmed/raw/1' as ArchiveKey, { signal }), null);
  });

  for (const name of ['of', 'of/pubmed', 'of/pubmed/raw', 'of/pubmed/state']) {
    test(`a ping names a file in place of the folder ${name}`, async ({ signal }) => {
      await using folder = await makeTestFolder();
      const settings = { folder: folder.path, fsync: false, prefix: 'of/pubmed' };
      await using archive = await openFileArchive(settings);
      await archive.ping({ signal });
      await mkdir(join(folder.path, dirname(name)), { recursive: true });
      await writeFile(join(folder.path, name), '');

      const pinging = await errorOf(archive.ping({ signal }));

      assert.match(pinging.hint, /A file stands where the archive needs a folder/);
      await rm(join(folder.path, name));
      await archive.put([toPut('of/pubmed/raw/1')], { signal });
      await archive.ping({ signal });
    });
  }

  test('folders that vanish while the archive is open are made anew', async ({ signal }) => {
    await using folder = await makeTestFolder();
    const root = join(folder.path, 'archive');
    await using archive = await openFileArchive({ folder: root, fsync: false });
    await archive.put([toPut('pubmed/raw/1')], { signal });
    await rm(root, { recursive: true });

    await archive.put([toPut('pubmed/raw/1')], { signal });

    assert.deepEqual(await listKeys(archive), ['pubmed/raw/1']);
  });

  test('an object that cannot be read is corrupt, and damaged for findDamaged', async ({ signal }) => {
    await using folder = await makeTestFolder();
    await using archive = await openFileArchive({ folder: folder.path, fsync: false });
    const { key, contentHash } = sealRecord('1');
    const [put] = await archive.put([toPut(key)], { signal });
    assert.ok(put !== undefined);
    await rm(new URL(put.uri));
    await mkdir(new URL(put.uri)); // reading it fails, as it does on a bad sector

    assert.equal((await errorOf(archive.find(put.uri, { signal }))).code, 'ARCHIVE_CORRUPT');
    assert.deepEqual(await archive.findDamaged([{ uri: put.uri, contentHash }], { signal }), [0]);
  });

  test('kill -9 in the middle leaves whole objects only, and the next start removes what was half written', async ({
    signal,
  }) => {
    await using folder = await makeTestFolder();
    const script = fileURLToPath(new URL('./put-forever.ts', import.meta.url));
    for (let round = 0; round < 3; round++) {
      const child = spawn(process.execPath, [script, folder.path], { stdio: ['ignore', 'pipe', 'inherit'] });
      await once(child.stdout, 'data');
      child.kill('SIGKILL');
      await once(child, 'exit');
      await writeFile(join(folder.path, '.incoming', 'left-over'), 'half');

      await using archive = await openFileArchive({ folder: folder.path, fsync: false });

      assert.deepEqual(await readdir(join(folder.path, '.incoming')), []);
      const objects = await toArray(archive.list('', { signal }));
      assert.ok(objects.length >= 50);
      for (const { uri } of objects) {
        const found = await archive.find(uri, { signal });
        assert.ok(found !== null);
        assert.equal(findDamage(found, {}, uri), null);
      }
    }
  });

  test('keys that lead out of the folder, or mean another file elsewhere, are refused', async ({
    signal,
  }) => {
    await using folder = await makeTestFolder();
    await using archive = await openFileArchive({ folder: join(folder.path, 'archive'), fsync: false });
    const keys = [
      '../a',
      'a/../../b',
      '/etc/passwd',
      'a//b',
      'a/',
      '',
      '.',
      '.incoming/a',
      'a\\b',
      'a\0b',
      'a%2fb',
      'c:d',
    ];
    for (const key of keys) {
      const { code } = await errorOf(archive.put([toPut('fine'), toPut(key)], { signal }));
      assert.equal(code, 'VALIDATION', key);
      assert.equal(
        (await errorOf(archive.findCurrent(key as ArchiveKey, { signal }))).code,
        'VALIDATION',
        key,
      );
    }
    assert.deepEqual(await listKeys(archive), []);
  });

  test('a URI that leads out of the folder leads to nothing', async ({ signal }) => {
    await using folder = await makeTestFolder();
    await writeFile(join(folder.path, 'secret'), 'secret');
    await using archive = await openFileArchive({ folder: join(folder.path, 'archive'), fsync: false });
    const [put] = await archive.put([toPut('a')], { signal });
    assert.ok(put !== undefined);

    for (const name of ['../secret', '%2e%2e/secret', '..%2fsecret']) {
      const uri = put.uri.replace(/a$/, name) as ArchiveUri;
      assert.equal(await archive.find(uri, { signal }), null);
    }
    assert.equal(await archive.find('file:///etc/passwd' as ArchiveUri, { signal }), null);
  });

  test('URIs are URLs of the files, whatever the folder is called', async ({ signal }) => {
    await using folder = await makeTestFolder();
    await using archive = await openFileArchive({ folder: folder.path, fsync: false });

    const [put] = await archive.put([toPut('pubmed/raw/a.json.zst')], { signal });

    assert.equal(fileURLToPath(put?.uri ?? ''), join(folder.path, 'pubmed/raw/a.json.zst'));
    assert.match(put?.uri ?? '', /^file:\/\/\/[\w/%.~-]+$/);
  });

  test('the same folder opened again gives the same objects', async ({ signal }) => {
    await using folder = await makeTestFolder();
    const { key } = toPut('pubmed/raw/a');
    const first = await openFileArchive({ folder: folder.path, fsync: false });
    const [put] = await first.put([toPut(key)], { signal });
    await first[Symbol.asyncDispose]();

    await using second = await openFileArchive({ folder: `${folder.path}/./`, fsync: false });

    assert.equal((await second.findCurrent(key, { signal }))?.uri, put?.uri);
    await assert.rejects(first.ping({ signal }), /is closed/);
  });
});

function toPut(key: string) {
  return { key: key as ArchiveKey, body, replaces: null };
}

async function listKeys(archive: Archive): Promise<ArchiveKey[]> {
  const { signal } = new AbortController();
  const objects = await toArray(archive.list('', { signal }));
  return objects.map(({ key }) => key);
}

async function errorOf(call: Promise<unknown>): Promise<BioMcpError> {
  const error = await call.then(
    () => assert.fail('it succeeded'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof BioMcpError, String(error));
  return error;
}
