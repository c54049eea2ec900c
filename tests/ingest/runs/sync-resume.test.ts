import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { listStateLogs, readStateLog } from '../../../src/archive/state-log.ts';
import type { CorpusStore } from '../../../src/store/corpus-store.ts';
import type { StateLine } from '../../../src/store/port/state-changes.ts';
import { holdCall } from '../../support/corpus/hold-call.ts';
import { articleXml } from '../../support/pubmed/pubmed-xml.ts';
import { openSyncBench, type SyncBench } from '../../support/sync/sync-bench.ts';

const TERM = 'wombats';
const WOMBAT = 50_000_000;
const signal = new AbortController().signal;

async function openBench(count: number): Promise<SyncBench> {
  const bench = await openSyncBench({ records: [articleXml({ pmid: WOMBAT, title: 'Of wombats.' })] });
  bench.ncbi.library.addCopies(WOMBAT, { from: WOMBAT + 1, count: count - 1, crdt: '2026/01/15' });
  return bench;
}

/** A sync of 1,200 records that NCBI fails in its eighth fetch, after seven were published. */
async function failHalfWay(bench: SyncBench): Promise<void> {
  bench.ncbi.faults.next({
    fault: { kind: 'html' },
    endpoint: 'efetch',
    after: 4,
    times: Number.POSITIVE_INFINITY,
  });
  await assert.rejects(bench.sync(TERM), { code: 'PUBMED_BAD_RESPONSE' });
  bench.ncbi.faults.clear();
}

function listingsSince({ ncbi }: SyncBench, from: number): number {
  return ncbi.requests
    .slice(from)
    .filter(({ endpoint, params }) => endpoint === 'esearch' && params.get('retmax') !== '0').length;
}

describe('a sync that was stopped', () => {
  test('is gone on with by the same command: no second listing, what was done is skipped', async () => {
    await using bench = await openBench(600);
    await failHalfWay(bench);
    const seen = bench.ncbi.requests.length;
    const result = await bench.sync(TERM);
    assert.deepEqual([result.found, result.archived + result.skipped], [600, 600]);
    assert.ok(result.skipped >= 200, `${result.skipped} skipped`);
    assert.equal(result.facts.resumed, true);
    assert.equal(listingsSince(bench, seen), 0);
    const fetched = bench.ncbi.requests.slice(seen).filter(({ endpoint }) => endpoint === 'efetch');
    assert.equal(fetched.length, (600 - result.skipped) / 100);
  });

  test('by a block of NCBI goes on from its list once that is lifted, and asked once meanwhile', async () => {
    await using bench = await openBench(300);
    bench.ncbi.faults.next({ fault: { kind: 'blocked', by: 'redirect' }, endpoint: 'efetch', times: 9 });
    await assert.rejects(bench.sync(TERM), { code: 'PUBMED_BLOCKED' });
    assert.equal(bench.ncbi.requests.filter(({ endpoint }) => endpoint === 'efetch').length, 1);
    bench.ncbi.faults.clear();
    const seen = bench.ncbi.requests.length;
    assert.equal((await bench.sync(TERM)).found, 300);
    assert.equal(listingsSince(bench, seen), 0);
  });

  test('keeps the day of its list: what was new while it lay there is found by the next incremental sync', async () => {
    await using bench = await openBench(600);
    await failHalfWay(bench);
    await bench.passDays(0.9);
    await bench.sync(TERM);
    assert.equal(await bench.findWatermark(TERM), '2026-02-28');
  });

  test('lists anew when its list is older than a day', async () => {
    await using bench = await openBench(600);
    await failHalfWay(bench);
    await bench.passDays(2);
    const seen = bench.ncbi.requests.length;
    const result = await bench.sync(TERM);
    assert.equal(result.facts.resumed, false);
    assert.equal(listingsSince(bench, seen), 1);
    assert.equal(await bench.findWatermark(TERM), '2026-03-02');
    await bench.passDays(8);
    await bench.sync(TERM);
    assert.deepEqual((await bench.dump()).sync_lists, [], 'lists that nobody came back for are removed');
  });

  test('is no start for another request: another limit, another term', async () => {
    await using bench = await openBench(600);
    await failHalfWay(bench);
    assert.equal((await bench.sync(TERM, { limit: 500 })).facts.resumed, false);
    assert.equal((await bench.sync('Of wombats')).facts.resumed, false);
  });

  test('by the user ends at a clean point and goes on from there', async () => {
    await using bench = await openBench(1_200);
    const stop = new AbortController();
    bench.ncbi.arrived(4).then(() => stop.abort());
    await assert.rejects(bench.sync(TERM, { signal: stop.signal }), { name: 'AbortError' });
    assert.equal(await bench.findWatermark(TERM), null);
    assert.deepEqual(await bench.store.listPending({ signal }), []);
    const result = await bench.sync(TERM);
    assert.deepEqual(
      [result.found, result.archived + result.skipped, result.facts.resumed],
      [1_200, 1_200, true],
    );
    const [run] = await bench.store.listRuns(1, { signal });
    assert.equal(run?.state, 'succeeded');
  });
});

/** Nobody goes on before all have looked for a list to go on with, so that each makes its own. */
function lookTogether(store: CorpusStore, count: number): void {
  const all = Promise.withResolvers<void>();
  const { findList } = store;
  let looked = 0;
  store.findList = async (...args) => {
    const list = await findList(...args);
    looked += 1;
    if (looked === count) all.resolve();
    await all.promise;
    return list;
  };
}

describe('two syncs at once', () => {
  for (const [name, terms] of [
    ['of one query', [TERM, TERM]],
    ['of overlapping queries', [`${TERM} OR quokkas`, TERM]],
  ] as const) {
    test(`${name} archive and index what they share once, and both are complete`, async () => {
      await using bench = await openBench(600);
      lookTogether(bench.store, terms.length);
      const results = await Promise.all(terms.map((term) => bench.sync(term)));
      for (const { found, archived, skipped, failed } of results) {
        assert.equal(found, archived + skipped + failed);
      }
      assert.equal(
        results.reduce((sum, { archived }) => sum + archived, 0),
        600,
      );
      assert.equal(bench.costs.recordPuts, 600);
      assert.equal(bench.costs.embedded, 600);
      for (const term of terms) assert.equal(await bench.findWatermark(term), '2026-02-28');
      assert.equal(await bench.index.countChunks({ signal }), 600);
      const { revisions, pubmed_archive_history } = await bench.dump();
      assert.deepEqual([revisions?.length, pubmed_archive_history?.length], [600, 600]);
    });
  }
});

describe('a sync that begins while another works off the list of the same query', () => {
  /**
   * Two syncs, the second of which has taken the list of the first and waits in `method` until that is done.
   */
  async function syncBehind(bench: SyncBench, method: 'listUndone' | 'listGone') {
    const working = holdCall(bench.store, 'markDone');
    const first = bench.sync(TERM);
    await working.reached;
    const behind = holdCall(bench.store, method);
    const second = bench.sync(TERM);
    await behind.reached;
    working.open();
    const results = [await first];
    behind.open();
    results.push(await second);
    return results;
  }

  test('is complete with it when that one is done first, and brings nothing twice', async () => {
    await using bench = await openBench(600);
    const [first, second] = await syncBehind(bench, 'listUndone');
    assert.deepEqual([first?.archived, first?.found, first?.failed], [600, 600, 0]);
    assert.deepEqual(
      [second?.found, second?.skipped, second?.failed, second?.facts.resumed, second?.facts.watermark],
      [600, 600, 0, true, '2026-02-28'],
    );
    assert.equal(listingsSince(bench, 0), 1);
    assert.equal(bench.costs.recordPuts, 600);
    const runs = await bench.store.listRuns(5, { signal });
    assert.deepEqual(
      runs.map(({ state }) => state),
      ['succeeded', 'succeeded'],
    );
  });

  test('takes nothing for gone when the list is closed while it asks what is gone', async () => {
    await using bench = await openBench(300);
    await bench.sync(TERM);
    await bench.passDays(2);
    bench.ncbi.library.delete(WOMBAT);
    const seen = bench.ncbi.requests.length;
    const results = await syncBehind(bench, 'listGone');
    assert.equal(
      results.reduce((sum, { deleted }) => sum + deleted, 0),
      1,
    );
    const asked = bench.ncbi.requests.slice(seen).filter(({ endpoint }) => endpoint === 'esummary');
    assert.equal(asked.length, 1);
    const { query_pmids } = await bench.dump();
    assert.equal(query_pmids?.length, 299);
  });
});

describe('what a rebuild needs', () => {
  async function readState({ archive }: SyncBench): Promise<StateLine[]> {
    const lines: StateLine[] = [];
    for await (const { uri } of listStateLogs({ archive, prefix: 'pubmed' }, { signal })) {
      for await (const line of readStateLog({ archive, uri }, { signal })) lines.push(line as StateLine); // written by the store
    }
    return lines.filter(({ type }) => type === 'watermark' || type === 'query_pmids');
  }

  test('watermarks and lists of queries are in the state logs, once for each change', async () => {
    await using bench = await openBench(3);
    await bench.sync(TERM);
    await bench.sync(TERM);
    const pmids = [0, 1, 2].map((at) => String(WOMBAT + at));
    const told = (await readState(bench)).map(({ updated_at: _, run_id: __, ...line }) => line);
    const list = { type: 'query_pmids', term: TERM, part: 0, owed: [] };
    assert.deepEqual(told, [
      { type: 'watermark', term: TERM, complete_to: '2026-02-28' },
      { ...list, pmids },
    ]);
    await bench.passDays(1);
    bench.ncbi.library.delete(WOMBAT);
    await bench.sync(TERM);
    const later = (await readState(bench)).slice(2).map(({ updated_at: _, run_id: __, ...line }) => line);
    assert.deepEqual(later, [
      { type: 'watermark', term: TERM, complete_to: '2026-03-01' },
      { ...list, pmids: pmids.slice(1) },
    ]);
  });

  test('the manifest tells the query, what NCBI made of it, and what came of each PMID that failed', async () => {
    await using bench = await openBench(3);
    const result = await bench.sync(TERM);
    const found = await bench.archive.find(result.manifest as Parameters<typeof bench.archive.find>[0], {
      signal,
    }); // an address of the archive's own
    const manifest = JSON.parse(Buffer.from(found ?? []).toString('utf8'));
    assert.deepEqual(
      [manifest.tool, manifest.state, manifest.params, manifest.found, manifest.watermark],
      ['pubmed.sync', 'succeeded', { term: TERM, limit: null }, 3, '2026-02-28'],
    );
    assert.match(manifest.query_translation, /wombats/);
  });
});
