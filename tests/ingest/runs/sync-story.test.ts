import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { findPmid, type Pmid } from '../../../src/domain/ids.ts';
import { sampleRecords } from '../../support/pubmed/eutils.ts';
import { articleXml } from '../../support/pubmed/pubmed-xml.ts';
import { openSyncBench, type SyncBench } from '../../support/sync/sync-bench.ts';

/** The clock of the bench begins on 2026-03-01 at midnight UTC: at NCBI it is still the day before. */
const START = '2026-02-28';
const TERM = 'cancer[tiab]';

function fetchedPmids(bench: SyncBench, from: number): string[] {
  return bench.ncbi.requests
    .slice(from)
    .filter(({ endpoint }) => endpoint === 'efetch')
    .flatMap(({ params }) => (params.get('id') ?? '').split(','));
}

function toPmid(number: number): Pmid {
  const pmid = findPmid(String(number));
  assert.ok(pmid !== null);
  return pmid;
}

for (const engine of ['PostgreSQL', 'PGlite'] as const) {
  describe(`following a query on ${engine}`, () => {
    test('sync, again, incrementally, and a deletion found by the next complete sync', async () => {
      await using bench = await openSyncBench({ engine, records: sampleRecords.slice(0, 400) });
      const { ncbi } = bench;
      const first = await bench.sync(TERM);
      assert.equal(first.found, first.facts.total);
      assert.deepEqual(
        [first.archived, first.indexed, first.skipped, first.failed],
        [first.found, first.found, 0, 0],
      );
      assert.ok(first.found > 30, `${first.found} records match`);
      assert.equal(await bench.findWatermark(TERM), START);
      const costs = { ...bench.costs };

      // Again: everything is skipped, and nothing is written.
      const again = await bench.sync(TERM);
      assert.deepEqual([again.found, again.skipped, again.archived], [first.found, first.found, 0]);
      assert.deepEqual(bench.costs, costs);

      // Two weeks pass, in which a record is new, one is revised and one is retracted.
      await bench.passDays(14);
      const [revised, retracted, deleted] = ncbi.library
        .all()
        .filter(({ facts }) => / cancer /.test(` ${facts.title} `));
      assert.ok(revised && retracted && deleted);
      ncbi.library.add(articleXml({ pmid: 60_000_001, title: 'A cancer registry of quaggas.' }), {
        crdt: '2026/03/10',
        mdat: '2026/03/10',
      });
      ncbi.library.revise(
        revised.pmid,
        (xml) =>
          xml.replace(
            /<ArticleTitle>[\s\S]*?<\/ArticleTitle>/,
            '<ArticleTitle>Xylophone cancer.</ArticleTitle>',
          ),
        { mdat: '2026/03/11' },
      );
      ncbi.library.retract(retracted.pmid, { notice: 60_000_002, mdat: '2026/03/12' });
      const before = ncbi.requests.length;
      const next = await bench.syncIncrementally(TERM);
      assert.deepEqual(
        fetchedPmids(bench, before).sort(),
        [60_000_001, revised.pmid, retracted.pmid].map(String).sort(),
      );
      assert.deepEqual([next.found, next.archived, next.indexed, next.failed], [3, 3, 3, 0]);
      assert.equal(await bench.findWatermark(TERM), '2026-03-14');
      assert.deepEqual(await bench.findPmids('xylophone'), [String(revised.pmid)]);
      assert.deepEqual(await bench.findPmids('quaggas'), ['60000001']);
      const titleWords = retracted.facts.title.replace(/[^\p{L} ]/gu, ' ');
      assert.ok(!(await bench.findPmids(titleWords)).includes(String(retracted.pmid)));
      const document = await bench.store.findDocument(toPmid(retracted.pmid), bench.within(0));
      assert.deepEqual([document?.retraction_status, document?.revision], ['retracted', 2]);

      // A deletion is found by the next complete sync, and by NCBI's word alone.
      ncbi.library.delete(deleted.pmid);
      const incremental = await bench.syncIncrementally(TERM);
      assert.equal(incremental.deleted, 0);
      const complete = await bench.sync(TERM);
      assert.deepEqual([complete.deleted, complete.found, complete.skipped], [1, first.found, first.found]);
      const tombstone = await bench.store.findTombstone(toPmid(deleted.pmid), bench.within(0));
      assert.equal(tombstone?.reason, 'deleted');
      const { sync_lists } = await bench.dump();
      assert.deepEqual(sync_lists, []);
    });
  });
}
