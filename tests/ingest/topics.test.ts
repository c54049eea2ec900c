import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { articleXml } from '../support/pubmed/pubmed-xml.ts';
import { openSyncBench } from '../support/sync/sync-bench.ts';

describe('a topic', () => {
  test('keeps what NCBI warned of and how large it was, day by day, also where it finds nothing', async () => {
    await using bench = await openSyncBench({ engine: 'PGlite', records: [] });
    const add = (pmid: number, day: string) =>
      bench.ncbi.library.add(articleXml({ pmid, title: 'Of wombats.', abstract: '' }), {
        crdt: day,
        mdat: day,
      });
    add(50_000_001, '2026/01/15');
    const signal = new AbortController().signal;

    await bench.sync('wombats OR "of no phrase"[ti]');
    await bench.syncIncrementally('"of no phrase"[ti]');
    const [none, wombats] = await bench.store.listTopics({ emptySince: '2026-02-01' }, { signal });
    assert.match(String(none?.warnings), /of no phrase/);
    assert.deepEqual([none?.records, none?.completeTo], [null, null]);
    assert.match(String(wombats?.warnings), /of no phrase/);
    assert.equal(wombats?.records, 1);

    await bench.passDays(2);
    add(50_000_002, '2026/03/01');
    await bench.syncIncrementally('wombats OR "of no phrase"[ti]');
    const growth = await bench.store.listTopicGrowth('wombats OR "of no phrase"[ti]', { signal });
    assert.deepEqual(
      growth.map(({ documents }) => documents),
      [1, 2],
    );
  });
});
