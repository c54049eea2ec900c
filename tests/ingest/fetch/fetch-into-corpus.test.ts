import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { connect } from '@lancedb/lancedb';
import { STATIC_DIMENSIONS } from '../../../src/embedding/static-vectors.ts';
import { createFetchIntoCorpus } from '../../../src/ingest/fetch/fetch-into-corpus.ts';
import { createTidying } from '../../../src/ingest/publish/tidying.ts';
import { openLanceDbIndex } from '../../../src/search/lancedb/lancedb-index.ts';
import { SHOWN_UNINDEXED_ROWS } from '../../../src/search/lancedb/lancedb-view.ts';
import type { IndexBatch } from '../../../src/search/search-index.ts';
import { pmidsOf, toBatch, toPmid, toQuery } from '../../search/index-samples.ts';
import { openFaultyCorpus } from '../../support/corpus/faulty-corpus.ts';
import { makeTestHome } from '../../support/corpus/test-corpus.ts';
import { openEutilsBench } from '../../support/pubmed/eutils.ts';
import { articleXml } from '../../support/pubmed/pubmed-xml.ts';

describe('records that are fetched one by one', () => {
  test('leave no index of lists out, however many come beside searches', async ({ signal }) => {
    await using home = await makeTestHome();
    const folder = join(home.dataDir, 'index', '1');
    const clock = { ms: Date.now(), now: () => new Date(clock.ms) };
    await using index = await openLanceDbIndex({
      folder,
      dimensions: STATIC_DIMENSIONS,
      clock,
      now: () => clock.ms,
      filterIndexRows: 0,
    });
    await using corpus = await openFaultyCorpus(home, { index });
    const records = [1, 2, 3].map((pmid) => articleXml({ pmid, title: 'Heart.' }));
    await using bench = await openEutilsBench({ records });
    const { store } = corpus.needs;
    let times = 0;
    const optimize = index.optimize.bind(index);
    index.optimize = (options) => {
      times += 1;
      return optimize(options);
    };
    await using tidying = createTidying({ store, index, onFailure: (error) => assert.fail(String(error)) });
    const begun: Promise<void>[] = [];
    const begin = () => {
      begun.push(tidying.begin());
      return Promise.all(begun).then(() => undefined);
    };
    const literature = bench.client;
    const fetchOne = createFetchIntoCorpus({ ...corpus.needs, index, literature, tidying: { begin } });
    const fetch = async (pmid: number) => {
      clock.ms += 60_000;
      assert.deepEqual(await fetchOne([toPmid(pmid)], bench.within(60_000)), []);
      await Promise.all(begun);
    };
    const listIndexes = async () => {
      const table = await (await connect(folder)).openTable('chunks');
      return (await table.listIndices()).map(({ name }) => name).sort();
    };
    const find = async () =>
      pmidsOf(await index.search({ ...toQuery('heart', { mode: 'bm25' }), limit: 10_000 }, { signal }))
        .length;

    await fetch(1);
    await fetch(2);
    assert.equal(times, 1, 'by the first, since a new table lacks them');
    const all = await listIndexes();
    assert.ok(all.includes('mesh_keys_idx'), all.join(', '));
    // As after many calls: what their passages are does not matter.
    await index.write(toMany(), { signal });
    assert.equal(await find(), SHOWN_UNINDEXED_ROWS + 4, 'with the two');
    await fetch(3);

    assert.deepEqual(await listIndexes(), all);
    assert.equal(index.isOptimizeDue, false);
    assert.equal(times, 2);
  });
});

/** Of a number that a publish before had. */
function toMany(): IndexBatch {
  const samples = Array.from({ length: SHOWN_UNINDEXED_ROWS + 2 }, (_, at) => ({
    pmid: 1_000 + at,
    text: 'heart',
  }));
  const vectors = new Float32Array(samples.length * STATIC_DIMENSIONS);
  return { ...toBatch(0, samples), vectors };
}
