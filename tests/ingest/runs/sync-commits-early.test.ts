import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Pmid } from '../../../src/domain/ids.ts';
import { articleXml } from '../../support/pubmed/pubmed-xml.ts';
import { openSyncBench } from '../../support/sync/sync-bench.ts';

const FIRST_PMID = 50_000_000;

test('what has arrived is committed and marked as done while NCBI is waited for', async () => {
  const xml = articleXml({ pmid: FIRST_PMID, title: 'Of wombats.', abstract: 'They dig.' });
  await using bench = await openSyncBench({ records: [xml], limits: false });
  bench.ncbi.library.addCopies(FIRST_PMID, { from: FIRST_PMID + 1, count: 249, crdt: '2026/01/15' });
  const late = Promise.withResolvers<void>();
  bench.ncbi.faults.next({ fault: { kind: 'slow', release: late.promise }, endpoint: 'efetch', after: 1 });
  const marked = Promise.withResolvers<readonly Pmid[]>();
  const { markDone } = bench.store;
  Object.assign(bench.store, {
    async markDone(...args: Parameters<typeof markDone>) {
      await markDone(...args);
      marked.resolve(args[1]);
    },
  });
  const syncing = bench.sync('wombats');

  const first = await marked.promise;

  assert.equal(first.length, 100);
  const held = await bench.store.countCorpus({ signal: new AbortController().signal });
  assert.equal(held.documents, 100);
  late.resolve();
  const { found, archived } = await syncing;
  assert.deepEqual([found, archived], [250, 250]);
});
