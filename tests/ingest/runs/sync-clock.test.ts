import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import type { Engine } from '../../support/corpus/test-corpus.ts';
import { articleXml } from '../../support/pubmed/pubmed-xml.ts';
import { openSyncBench, type SyncBench } from '../../support/sync/sync-bench.ts';

const TERM = 'wombats';
const DAY_MS = 86_400_000;
/** At NCBI, by the clock that the bench begins with. */
const TODAY = '2026-02-28';

async function openBench(engine: Engine = 'PostgreSQL') {
  let aheadMs = 0;
  const bench = await openSyncBench({ engine, records: [], ncbiAheadMs: () => aheadMs });
  addRecord(bench, 1, '2026/01/15');
  return {
    ...bench,
    setNcbiAhead(days: number) {
      aheadMs = days * DAY_MS;
    },
  };
}

function addRecord({ ncbi }: SyncBench, pmid: number, day: string): void {
  const xml = articleXml({ pmid: 50_000_000 + pmid, title: 'Of wombats.', abstract: '' });
  ncbi.library.add(xml, { crdt: day, mdat: day });
}

describe('a clock that is wrong', () => {
  test('30 days ahead: the watermark is NCBI’s day, one warning tells, and nothing is skipped later', async () => {
    await using bench = await openBench();
    bench.setNcbiAhead(-30);
    const { facts } = await bench.sync(TERM);
    await bench.syncIncrementally(TERM);
    assert.equal(await bench.findWatermark(TERM), '2026-01-29');
    assert.match(JSON.stringify(facts.warnings), /clock of this machine is more than a day off/);
    const told = bench.logged.filter(({ message }) => message.startsWith('the clock of this machine'));
    assert.equal(told.length, 1);

    bench.setNcbiAhead(0);
    addRecord(bench, 2, '2026/02/10');
    assert.equal((await bench.syncIncrementally(TERM)).archived, 1);
    assert.equal(await bench.findWatermark(TERM), TODAY);
  });

  test('30 days behind, or an hour: the watermark is NCBI’s day', async () => {
    await using bench = await openBench();
    bench.setNcbiAhead(1 / 24);
    const { facts } = await bench.sync(TERM);
    assert.deepEqual(facts.warnings, []);
    bench.setNcbiAhead(30);
    addRecord(bench, 2, '2026/03/20');
    assert.equal((await bench.syncIncrementally(TERM)).archived, 1);
    assert.equal(await bench.findWatermark(TERM), '2026-03-30');
  });

  for (const engine of ['PGlite', 'PostgreSQL'] as const) {
    test(`a watermark in the future is brought back on ${engine}, and the days since are asked for`, async () => {
      await using bench = await openBench(engine);
      await bench.sync(TERM);
      await setWatermark(bench, '2026-03-30');
      addRecord(bench, 2, '2026/01/20');
      const { archived } = await bench.syncIncrementally(TERM);
      assert.equal(archived, 1);
      assert.equal(await bench.findWatermark(TERM), TODAY);
      await setWatermark(bench, '2026-03-30');
      await bench.sync(TERM);
      assert.equal(await bench.findWatermark(TERM), TODAY);
    });
  }
});

/** As a release before did, by a clock that was ahead. */
async function setWatermark({ store }: SyncBench, completeTo: string): Promise<void> {
  const options = { signal: new AbortController().signal };
  const [listId, at] = [randomUUID(), '2026-03-01T00:00:00Z'];
  const list = { listId, request: 'a test', windowFrom: null, windowTo: completeTo, listedAt: at };
  await store.startList(list, options);
  await store.finishList(listId, { truncated: true, term: TERM }, options);
  await store.closeList(
    listId,
    { term: TERM, completeTo, today: completeTo, runId: randomUUID(), at },
    options,
  );
}
