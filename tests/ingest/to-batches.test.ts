import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { findPmid, toSha256 } from '../../src/domain/ids.ts';
import type { IncomingBatch } from '../../src/ingest/records.ts';
import { type IncomingItem, toBatches } from '../../src/ingest/to-batches.ts';

const LIMITS = { maxRecords: 3, maxBytes: 100 };

describe('batches', () => {
  test('end where the number of records or of bytes is reached', async () => {
    const small = Array.from({ length: 7 }, (_, at) => record(at + 1, 10));
    assert.deepEqual(await cut(small), [['1', '2', '3'], ['4', '5', '6'], ['7']]);
    assert.deepEqual(await cut([record(1, 99), record(2, 99), record(3, 1)]), [['1', '2'], ['3']]);
    assert.deepEqual(await cut([record(1, 5_000), record(2, 1)]), [['1'], ['2']]);
  });

  test('never change a PMID twice, by records or by deletions', async () => {
    assert.deepEqual(await cut([record(1), record(2), record(1)]), [['1', '2'], ['1']]);
    assert.deepEqual(await cut([record(1), deletion(1, 2), record(2)]), [['1'], ['-1', '-2'], ['2']]);
    assert.deepEqual(await cut([record(1), deletion(2, 3), record(4)]), [['1', '4', '-2', '-3']]);
  });

  test('take a lower version beside a higher one, since it changes the history alone', async () => {
    assert.deepEqual(await cut([record(1, 1, true), record(1), record(1, 1, true)]), [['1', '1', '1']]);
  });

  test('count the items of the file, and the last one says that it is finished', async () => {
    const batches = await collect([1, 2, 3, 4].map((number) => record(number)));
    assert.deepEqual(
      batches.map(({ itemsDone, finished }) => [itemsDone, finished]),
      [
        [3, false],
        [4, true],
      ],
    );
    assert.deepEqual(
      (await collect([])).map(({ records, finished }) => [records.length, finished]),
      [[0, true]],
    );
  });

  test('keep what came before a failure, unfinished, and then fail', async () => {
    const seen: IncomingBatch[] = [];
    const failing = async () => {
      for await (const batch of toBatches(failAfter([record(1), record(2)]), {
        file: null,
        limits: LIMITS,
      })) {
        seen.push(batch);
      }
    };
    await assert.rejects(failing, /cut off/);
    assert.deepEqual(
      seen.map(({ itemsDone, finished }) => [itemsDone, finished]),
      [[2, false]],
    );
  });
});

function record(number: number, bytes = 1, outranked = false): IncomingItem {
  const contentHash = toSha256(createHash('sha256').update(`${number}`).digest('hex'));
  const origin = {
    fetchedAt: '2026-03-01T00:00:00Z',
    source: { api: 'test', endpoint: 'test', params: {} },
    http: { status: null, etag: null },
  };
  const facts = { ordinal: 0, version: 1, outranked, contentHash, origin };
  return {
    kind: 'record',
    record: { ...facts, pmid: findPmid(String(number)), bytes: new Uint8Array(bytes) },
  };
}

function deletion(...numbers: number[]): IncomingItem {
  const pmids = numbers.flatMap((number) => findPmid(String(number)) ?? []);
  return { kind: 'deletion', deletion: { ordinal: 0, pmids } };
}

async function collect(items: IncomingItem[]): Promise<IncomingBatch[]> {
  const batches: IncomingBatch[] = [];
  for await (const batch of toBatches(from(items), { file: null, limits: LIMITS })) batches.push(batch);
  return batches;
}

/** PMIDs by batch, those of deletions with a minus. */
async function cut(items: IncomingItem[]): Promise<string[][]> {
  return (await collect(items)).map(({ records, deletions }) => [
    ...records.map(({ pmid }) => String(pmid)),
    ...deletions.flatMap(({ pmids }) => pmids.map((pmid) => `-${pmid}`)),
  ]);
}

async function* from(items: IncomingItem[]): AsyncIterable<IncomingItem> {
  yield* items;
}

async function* failAfter(items: IncomingItem[]): AsyncIterable<IncomingItem> {
  yield* items;
  throw new Error('cut off');
}
