import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { describe, test } from 'node:test';
import { findPmid, toSha256 } from '../../../src/domain/ids.ts';
import { readRecords } from '../../../src/ingest/prepare/prepare-record.ts';
import type { IncomingRecord } from '../../../src/ingest/records.ts';
import { articleXml } from '../../support/pubmed/pubmed-xml.ts';

/** More than go through one step together. */
const COUNT = 50;
const UNREADABLE = new Set([0, 19, 20, 33, 49]);

describe('records that are read together', () => {
  test('come out as each by itself, in their order, with those that cannot be read', () => {
    const records = Array.from({ length: COUNT }, (_, at) =>
      toRecord(articleXml({ pmid: at + 1 }), UNREADABLE.has(at) ? 999 : at + 1),
    );

    const read = readRecords(records, 'zstd');

    assert.deepEqual(
      read,
      records.flatMap((record) => readRecords([record], 'zstd')),
    );
    const unreadable = read.flatMap(({ kind }, at) => (kind === 'unreadable' ? [at] : []));
    assert.deepEqual(unreadable, [...UNREADABLE]);
  });

  test('are none where none are given', () => {
    assert.deepEqual(readRecords([], 'zstd'), []);
  });
});

function toRecord(xml: string, pmid: number): IncomingRecord {
  const bytes = Buffer.from(xml);
  return {
    ordinal: 0,
    bytes,
    contentHash: toSha256(hash('sha256', bytes)),
    pmid: findPmid(String(pmid)),
    version: 1,
    outranked: false,
    origin: {
      fetchedAt: '2026-01-01T00:00:00Z',
      source: { api: 'none', endpoint: 'none', params: {} },
      http: { status: null, etag: null },
    },
  };
}
