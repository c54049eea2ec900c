import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { openFileArchive } from '../../src/archive/files/file-archive.ts';
import { listStateLogs, readStateLog, writeStateLog } from '../../src/archive/state-log.ts';
import { type Compression, toManifestKey, toStateKey } from '../../src/domain/corpus/archive-key.ts';
import { makeTestFolder } from './sealed-record.ts';
import { toArray } from './to-array.ts';

const { signal } = new AbortController();
const FORMS: Compression[] = ['zstd', 'gzip'];

for (const compression of FORMS) {
  describe(`state log by ${compression}`, () => {
    const toKey = (startedAt: string) =>
      toStateKey({ prefix: 'pubmed', compression }, { startedAt: new Date(startedAt), jobId: 'job-1' });

    test('gives its entries back in order, across any block border', async () => {
      await using folder = await makeTestFolder();
      await using archive = await openFileArchive({ folder: folder.path, fsync: false });
      const entries = Array.from({ length: 5000 }, (_, index) => ({
        index,
        text: `é\n\u2028😀${'x'.repeat(index % 99)}`,
      }));
      const key = toKey('2026-03-01T09:30:00.125Z');

      const uri = await writeStateLog({ archive, key, compression, entries: each(entries) }, { signal });

      assert.ok(uri !== null);
      assert.deepEqual(await toArray(readStateLog({ archive, uri }, { signal })), entries);
    });

    test('without entries is not written', async () => {
      await using folder = await makeTestFolder();
      await using archive = await openFileArchive({ folder: folder.path, fsync: false });
      const key = toKey('2026-03-01T09:30:00.125Z');

      assert.equal(await writeStateLog({ archive, key, compression, entries: each([]) }, { signal }), null);
      assert.equal(await archive.findCurrent(key, { signal }), null);
    });

    test('whose entries fail is not written, and the failure comes through', async () => {
      await using folder = await makeTestFolder();
      await using archive = await openFileArchive({ folder: folder.path, fsync: false });
      const key = toKey('2026-03-01T09:30:00.125Z');
      const failure = new Error('the store is gone');
      async function* failing() {
        yield { a: 1 };
        throw failure;
      }

      await assert.rejects(
        writeStateLog({ archive, key, compression, entries: failing() }, { signal }),
        failure,
      );
      assert.equal(await archive.findCurrent(key, { signal }), null);
    });

    test('cut off anywhere is corrupt, and the message names its file', async () => {
      await using folder = await makeTestFolder();
      await using archive = await openFileArchive({ folder: folder.path, fsync: false });
      const key = toKey('2026-03-01T09:30:00.125Z');
      const uri = await writeStateLog(
        { archive, key, compression, entries: each([{ a: 1 }, { b: 2 }]) },
        { signal },
      );
      assert.ok(uri !== null);
      const body = await readFile(new URL(uri));
      for (let length = 0; length < body.length; length++) {
        await writeFile(new URL(uri), body.subarray(0, length));
        await assert.rejects(toArray(readStateLog({ archive, uri }, { signal })), {
          code: 'ARCHIVE_CORRUPT',
          message: new RegExp(`${key}`),
        });
      }
    });

    test('comes after those of earlier runs', async () => {
      await using folder = await makeTestFolder();
      await using archive = await openFileArchive({ folder: folder.path, fsync: false });
      const starts = ['2026-10-01T00:00:00.000Z', '2026-09-30T23:59:59.999Z', '2026-10-01T00:00:00.001Z'];
      for (const start of starts) {
        await writeStateLog(
          { archive, key: toKey(start), compression, entries: each([{ start }]) },
          { signal },
        );
      }

      const logs = await toArray(listStateLogs({ archive, prefix: 'pubmed' }, { signal }));

      assert.deepEqual(
        logs.map(({ key }) => key),
        starts.toSorted().map(toKey),
      );
    });
  });
}

test('a manifest is named by the start of its run and its job', () => {
  const key = toManifestKey('pubmed', { startedAt: new Date('2026-03-01T09:30:00.125Z'), jobId: 'b0a1' });
  assert.equal(key, 'pubmed/manifests/sync_run=20260301T093000125Z_b0a1.json');
});

async function* each(entries: object[]): AsyncGenerator<object> {
  yield* entries;
}
