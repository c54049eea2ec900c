import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { describe, test } from 'node:test';
import { toSha256 } from '../../../src/domain/ids.ts';
import { createStaticEmbedder } from '../../../src/embedding/static-embedder.ts';
import { loadStaticVectors } from '../../../src/embedding/static-vectors.ts';
import { createPreparerPool } from '../../../src/ingest/prepare/preparer-pool.ts';
import type { IncomingRecord } from '../../../src/ingest/records.ts';
import { readRecordHead } from '../../../src/pubmed/records/read-record-head.ts';
import { openFaultyCorpus } from '../../support/corpus/faulty-corpus.ts';
import { dumpTables, makeTestHome } from '../../support/corpus/test-corpus.ts';
import { articleXml, setXml } from '../../support/pubmed/pubmed-xml.ts';

const { signal } = new AbortController();
/** Four of them are more than one task of 1 MB, so that others wait while a thread ends. */
const LONG = 'word '.repeat(60_000);
const ENDS: [how: string, word: string, reason: RegExp][] = [
  ['ends the thread', 'leaves-at-once', /exited with code: 7/],
  ['crashes on the side', 'crashes-on-the-side', /nobody catches this/],
  ['fails as a whole', 'fails-as-a-whole', /no record is to bring about/],
];

describe('a record whose reading ends the thread', () => {
  test('is archived and quarantined, its neighbours come in, and the document that was there stays', async () => {
    await using home = await makeTestHome();
    await using preparer = await openPool();
    {
      await using corpus = await openFaultyCorpus(home, { preparer });
      await corpus.load(await home.write('a.xml', setXml(articleXml({ pmid: 3, title: 'Of honey.' }))));
      const records = [1, 2, 3, 4, 5].map((pmid) =>
        articleXml({ pmid, title: pmid === 2 || pmid === 3 ? 'It takes-all-memory.' : 'Of milk.' }),
      );
      const file = await home.write('b.xml', setXml(...records));

      const run = await corpus.load(file);

      assert.deepEqual([run.found, run.indexed, run.failed], [5, 3, 2]);
      for (const { reason } of run.problems)
        assert.match(reason, /^Reading it ends the thread: .*memory limit/);
      assert.equal((await corpus.load(file)).skipped, 5); // it is settled
    }
    const { quarantined_records, revisions, pubmed_archive, pending_batches } = await dumpTables(home);
    const list = (rows: Record<string, unknown>[] = []) => rows.map(({ pmid }) => pmid).sort();
    assert.deepEqual(list(quarantined_records), ['2', '3']);
    assert.deepEqual(list(revisions?.filter(({ left_sequence }) => left_sequence === null)), [
      '1',
      '3',
      '4',
      '5',
    ]);
    assert.deepEqual(list(pubmed_archive), ['1', '2', '3', '4', '5']);
    assert.deepEqual(pending_batches, []);
  });

  for (const [how, word, reason] of ENDS) {
    test(`is found by halves where it ${how}; the others are read`, async () => {
      await using pool = await openPool();
      const records = [1, 2, 3, 4, 5, 6].map((pmid) =>
        toRecord({ pmid, title: pmid === 3 ? `It ${word}.` : 'Of milk.', abstract: LONG }),
      );
      const prepared = await pool.prepare(records);
      assert.deepEqual(
        prepared.map(({ kind }) => kind === 'citation'),
        [true, true, false, true, true, true],
      );
      const [, , deadly] = prepared;
      assert.ok(deadly?.kind === 'unreadable' && deadly.body.length > 0);
      assert.match(deadly.reason, reason);
      assert.match(deadly.reason, /^Reading it ends the thread: /);
    });
  }
});

describe('threads that end whatever they are given', () => {
  test('over more records than they read: the failure is thrown, and none counts as unreadable', async () => {
    await using pool = await openPool();
    const records = Array.from({ length: 22 }, (_, at) =>
      toRecord({ pmid: at + 1, title: 'It fails-as-a-whole.' }),
    );
    await assert.rejects(pool.prepare(records), /no record is to bring about/);
  });

  test('since they cannot start: the failure is thrown, and none counts as unreadable', async () => {
    await using pool = await openPool('thread-that-cannot-start');
    await assert.rejects(pool.prepare([toRecord({ pmid: 1 }), toRecord({ pmid: 2 })]), /does not start/);
  });

  test('since the pool is closed: that is thrown', async () => {
    const pool = await openPool();
    const preparing = pool.prepare([toRecord({ pmid: 1 })]);
    await Promise.all([assert.rejects(preparing, /[Tt]erminat/), pool[Symbol.asyncDispose]()]);
  });
});

/** One thread of a program that ends over certain words. */
async function openPool(program = 'mortal-ingest-thread') {
  return createPreparerPool({
    program: new URL(`../../support/corpus/${program}.ts`, import.meta.url),
    threads: 1,
    heapMb: 48,
    workerData: { compression: 'zstd', staticVectors: null },
    compression: 'zstd',
    embedder: createStaticEmbedder({ vectors: await loadStaticVectors({ signal }) }),
  });
}

function toRecord(facts: Parameters<typeof articleXml>[0]): IncomingRecord {
  const bytes = Buffer.from(articleXml(facts));
  return {
    ordinal: facts.pmid,
    bytes,
    contentHash: toSha256(hash('sha256', bytes)),
    pmid: readRecordHead(bytes)?.pmid ?? null,
    version: 1,
    outranked: false,
    origin: {
      fetchedAt: '2020-01-01T00:00:00Z',
      source: { api: 'test', endpoint: 'test', params: {} },
      http: { status: null, etag: null },
    },
  };
}
