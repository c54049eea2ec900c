import assert from 'node:assert/strict';
import { copyFile, readFile, rm, writeFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Archive } from '../../src/archive/archive.ts';
import { compress, decompress } from '../../src/archive/compression.ts';
import { openFileArchive } from '../../src/archive/files/file-archive.ts';
import { writeStateLog } from '../../src/archive/state-log.ts';
import { type ExpectedRecord, type VerifyReport, verifyArchive } from '../../src/archive/verify-archive.ts';
import { toStateKey, toUnidentifiedKey } from '../../src/domain/corpus/archive-key.ts';
import { makeTestFolder, type SealedRecord, sealRecord } from './sealed-record.ts';

interface Filled extends AsyncDisposable {
  archive: Archive;
  /** One of each of `records`. */
  expected: ExpectedRecord[];
  verify(expected?: ExpectedRecord[]): Promise<VerifyReport>;
}

const { signal } = new AbortController();
const CLEAN = { damaged: [], damagedCount: 0, missing: [], missingCount: 0, unknown: 0 };

async function fill(records: SealedRecord[]): Promise<Filled> {
  const folder = await makeTestFolder();
  const archive = await openFileArchive({ folder: folder.path, fsync: false });
  const puts = await archive.put(
    records.map(({ key, body }) => ({ key, body, replaces: null })),
    { signal },
  );
  const expected = records.map(({ pmid, contentHash }, index) => {
    const uri = puts[index]?.uri ?? assert.fail('no result');
    return { pmid, contentHash, uri };
  });
  return {
    archive,
    expected,
    async verify(named = expected) {
      const known = new Set<string>(named.map(({ uri }) => uri));
      async function* each() {
        yield* named;
      }
      return verifyArchive(
        {
          archive,
          prefix: 'pubmed',
          expected: each(),
          isKnown: async (uris) => new Set(uris.filter((uri) => known.has(uri))),
        },
        { signal },
      );
    },
    async [Symbol.asyncDispose]() {
      await archive[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

function fileAt({ expected }: Filled, index: number): URL {
  return new URL(expected[index]?.uri ?? assert.fail(`nothing at ${index}`));
}

describe('verify archive', () => {
  test('a whole archive is clean, gzip and zstd side by side, earlier records too', async () => {
    const records = [sealRecord('1'), sealRecord('22', 'two', 'gzip'), sealRecord('333')];
    await using filled = await fill(records);
    const { archive, expected } = filled;
    const newer = sealRecord('1', 'A newer title');
    const [earlier] = records;
    assert.ok(earlier && expected[0]);
    const keep = { contentHash: earlier.contentHash, as: earlier.historyKey };
    const replaces = { uri: expected[0].uri, keep };
    const [put] = await archive.put([{ key: newer.key, body: newer.body, replaces }], { signal });
    assert.ok(put?.earlierUri);
    const named = [...expected.slice(1), { ...expected[0], uri: put.earlierUri }, { ...newer, uri: put.uri }];

    assert.deepEqual(await filled.verify(named), { ...CLEAN, checked: 4 });
  });

  test('a flipped bit, wherever it is, is found, or every byte of the envelope is as it was', async () => {
    const record = sealRecord('1', 'A title that is long enough to have something to compress '.repeat(20));
    await using filled = await fill([record]);
    const file = fileAt(filled, 0);
    const json = Buffer.from(decompress(record.body, 'x'));
    await fc.assert(
      fc.asyncProperty(fc.nat(record.body.length * 8 - 1), async (bit) => {
        const bytes = Buffer.from(record.body);
        bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
        await writeFile(file, bytes);
        const { damaged, checked } = await filled.verify();
        assert.equal(checked, 1);
        if (damaged.length === 1) assert.equal(damaged[0]?.pmid, '1');
        else assert.deepEqual(Buffer.from(decompress(bytes, 'x')), json);
      }),
      { numRuns: 200 },
    );
  });

  test('an object that was cut, emptied, replaced by another or by other JSON is damaged, each with its reason', async () => {
    await using filled = await fill(['1', '2', '3', '4', '5'].map((pmid) => sealRecord(pmid)));
    const body = await readFile(fileAt(filled, 0));
    await writeFile(fileAt(filled, 0), body.subarray(0, body.length / 2));
    await writeFile(fileAt(filled, 1), '');
    await writeFile(fileAt(filled, 2), compress(Buffer.from('{"version":1}'), 'gzip'));
    await copyFile(fileAt(filled, 4), fileAt(filled, 3));

    const { damaged, missing, checked } = await filled.verify();

    assert.equal(checked, 5);
    assert.deepEqual(missing, []);
    const reasons = [
      /cannot be unpacked: /,
      /is empty$/,
      /is no envelope: pmid has the wrong form$/,
      /holds the payload/,
    ];
    assert.deepEqual(
      damaged.map(({ pmid }) => pmid),
      ['1', '2', '3', '4'],
    );
    for (const [index, reason] of reasons.entries()) assert.match(damaged[index]?.reason ?? '', reason);
  });

  test('an envelope of the right payload under the wrong PMID is damaged', async () => {
    await using filled = await fill([sealRecord('1')]);
    const expected = filled.expected.map((record) => ({ ...record, pmid: sealRecord('2').pmid }));

    const { damaged } = await filled.verify(expected);

    assert.match(damaged[0]?.reason ?? '', /belongs to PMID 1, not to PMID 2$/);
  });

  test('an object that is not where the store says is missing', async () => {
    await using filled = await fill([sealRecord('1'), sealRecord('2')]);
    await rm(fileAt(filled, 1));

    const report = await filled.verify();

    assert.equal(report.checked, 1);
    assert.equal(report.damagedCount, 0);
    assert.deepEqual(
      report.missing.map(({ pmid, uri }) => [pmid, uri]),
      [['2', filled.expected[1]?.uri]],
    );
  });

  test('a whole object that no pointer names is unknown, a damaged or misplaced one is damaged', async () => {
    await using filled = await fill(['1', '2', '3', '4'].map((pmid) => sealRecord(pmid)));
    await copyFile(fileAt(filled, 3), fileAt(filled, 1));
    await writeFile(fileAt(filled, 2), 'junk');

    const report = await filled.verify(filled.expected.slice(3));

    assert.equal(report.unknown, 1);
    assert.deepEqual(
      report.damaged.map(({ pmid }) => pmid),
      ['2', '3'],
    );
    assert.match(report.damaged[0]?.reason ?? '', /belongs to PMID 4, not to PMID 2$/);
  });

  test('a record without PMID is checked by the hash in its key', async () => {
    const record = sealRecord('1');
    const keySpace = { prefix: 'pubmed', compression: 'zstd' } as const;
    const key = toUnidentifiedKey(keySpace, sealRecord('2').contentHash);
    await using filled = await fill([{ ...record, key }]);

    const { damaged } = await filled.verify([]);

    assert.equal(damaged.length, 1);
  });

  test('a damaged state log is found', async () => {
    await using filled = await fill([]);
    const key = toStateKey(
      { prefix: 'pubmed', compression: 'zstd' },
      { startedAt: new Date(0), jobId: 'job' },
    );
    async function* entries() {
      yield { pmid: '1' };
    }
    const uri = await writeStateLog(
      { archive: filled.archive, key, compression: 'zstd', entries: entries() },
      { signal },
    );
    assert.ok(uri !== null);
    assert.deepEqual(await filled.verify(), { ...CLEAN, checked: 1 });
    const body = await readFile(new URL(uri));
    await writeFile(new URL(uri), body.subarray(0, -2));

    const { damaged } = await filled.verify();

    assert.deepEqual(
      damaged.map((finding) => [finding.pmid, finding.uri]),
      [[null, uri]],
    );
  });

  test('an abort ends it', async () => {
    await using filled = await fill([sealRecord('1')]);
    const { archive } = filled;
    async function* none() {}
    const needs = { archive, prefix: 'pubmed', expected: none(), isKnown: async () => new Set<string>() };

    await assert.rejects(verifyArchive(needs, { signal: AbortSignal.abort() }), { name: 'AbortError' });
  });

  test('every object under the prefix is looked at, whatever the page size', async () => {
    const records = Array.from({ length: 1200 }, (_, index) => sealRecord(String(index + 1)));
    await using filled = await fill(records);

    assert.deepEqual(await filled.verify(filled.expected.slice(0, 700)), {
      ...CLEAN,
      checked: 1200,
      unknown: 500,
    });
  });
});
