import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { articleXml } from '../../support/pubmed/pubmed-xml.ts';
import { openSyncBench, type SyncBench } from '../../support/sync/sync-bench.ts';

const TERM = 'wombats';
const WOMBAT = 50_000_000;

async function openBench(): Promise<SyncBench> {
  const xml = articleXml({ pmid: WOMBAT, title: 'Of wombats.', abstract: '' });
  const bench = await openSyncBench({ records: [] });
  bench.ncbi.library.add(xml, { crdt: '2026/01/15', mdat: '2026/01/15' });
  return bench;
}

describe('pain 2: the wall at 9,999 hits', () => {
  test('a sync of 10,400 records takes all of them, by halves of the PMID range', async () => {
    await using bench = await openBench();
    bench.ncbi.library.addCopies(WOMBAT, { from: WOMBAT + 1, count: 10_399, crdt: '2026/01/15' });
    const result = await bench.sync(TERM);
    assert.deepEqual([result.found, result.archived, result.failed], [10_400, 10_400, 0]);
    assert.equal(await bench.findWatermark(TERM), '2026-02-28');
    assert.ok(bench.ncbi.requests.some(({ params }) => /\[UID\]/.test(params.get('term') ?? '')));
  });

  test('an incremental sync of one day with 10,400 records takes all of them', async () => {
    await using bench = await openBench();
    await bench.sync(TERM);
    await bench.passDays(10);
    bench.ncbi.library.addCopies(WOMBAT, { from: WOMBAT + 1, count: 10_400, crdt: '2026/03/05' });
    const result = await bench.syncIncrementally(TERM);
    assert.deepEqual([result.found, result.archived, result.failed], [10_400, 10_400, 0]);
    assert.equal(await bench.findWatermark(TERM), '2026-03-10');
    assert.ok(
      bench.ncbi.requests.some(({ params }) => params.get('term')?.includes('2026/03/05:2026/03/05[crdt]')),
    );
  });
});
