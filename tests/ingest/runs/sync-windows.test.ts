import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { articleXml } from '../../support/pubmed/pubmed-xml.ts';
import { openSyncBench, type SyncBench } from '../../support/sync/sync-bench.ts';

const TERM = 'wombats';
const WOMBAT = 50_000_000;

async function openBench(options: { overlapDays?: number } = {}): Promise<SyncBench> {
  const xml = articleXml({ pmid: WOMBAT, title: 'Of wombats.', abstract: '' });
  const bench = await openSyncBench({ ...options, records: [] });
  bench.ncbi.library.add(xml, { crdt: '2026/01/15', mdat: '2026/01/15' });
  return bench;
}

/** The days that were asked for, by tag. */
function listWindows({ ncbi }: SyncBench, from = 0): string[] {
  return ncbi.requests.slice(from).flatMap(({ params }) => {
    const match = /([\d/]+:[\d/]+\[(?:crdt|mdat|edat)\])/.exec(params.get('term') ?? '');
    return match?.[1] === undefined ? [] : [match[1]];
  });
}

describe('pain 4: the watermark moves only over what is archived and indexed', () => {
  test('the window is closed, begins the overlap before the watermark, and asks for creation and modification', async () => {
    await using bench = await openBench({ overlapDays: 3 });
    await bench.sync(TERM);
    await bench.passDays(5);
    const before = bench.ncbi.requests.length;
    await bench.syncIncrementally(TERM);
    const window = '2026/02/25:2026/03/05';
    assert.deepEqual(new Set(listWindows(bench, before)), new Set([`${window}[crdt]`, `${window}[mdat]`]));
  });

  test('a record that is indexed late, with a day inside the overlap, is found', async () => {
    await using bench = await openBench();
    await bench.sync(TERM);
    await bench.passDays(5);
    bench.ncbi.library.add(articleXml({ pmid: 7, title: 'Late wombats.' }), {
      crdt: '2026/02/24',
      mdat: '2026/02/24',
    });
    assert.equal((await bench.syncIncrementally(TERM)).archived, 1);
  });

  test('a run that fails in its second window leaves the watermark at the end of the first, and the next goes on', async () => {
    await using bench = await openBench();
    await bench.sync(TERM);
    await bench.passDays(20);
    for (const [at, crdt] of ['2026/03/02', '2026/03/18'].entries()) {
      bench.ncbi.library.addCopies(WOMBAT, { from: WOMBAT + 1 + at * 3_000, count: 3_000, crdt });
    }
    bench.ncbi.faults.next({
      fault: { kind: 'html' },
      endpoint: 'efetch',
      after: 23,
      times: Number.POSITIVE_INFINITY,
    });
    await assert.rejects(bench.syncIncrementally(TERM), { code: 'PUBMED_BAD_RESPONSE' });
    const reached = await bench.findWatermark(TERM);
    assert.ok(reached !== null && reached >= '2026-03-02' && reached < '2026-03-18', `${reached}`);
    bench.ncbi.faults.clear();
    const next = await bench.syncIncrementally(TERM);
    assert.equal(next.facts.resumed, true);
    assert.ok(next.skipped >= 400, `${next.skipped} were done before`);
    assert.equal(await bench.findWatermark(TERM), '2026-03-20');
    assert.equal((await bench.dump()).revisions?.length, 6_001);
  });

  test('a limit moves the watermark over the windows that fit into it, and over no other', async () => {
    await using bench = await openBench();
    await bench.sync(TERM);
    await bench.passDays(20);
    for (const [at, crdt] of ['2026/03/02', '2026/03/09', '2026/03/18'].entries()) {
      bench.ncbi.library.addCopies(WOMBAT, { from: WOMBAT + 1 + at * 100, count: 100, crdt });
    }
    const limited = await bench.syncIncrementally(TERM, { limit: 250 });
    assert.deepEqual([limited.found, limited.facts.truncated], [250, true]);
    const reached = await bench.findWatermark(TERM);
    assert.ok(reached !== null && reached >= '2026-03-09' && reached < '2026-03-18', `${reached}`);
    assert.equal((await bench.syncIncrementally(TERM)).archived, 50);
  });

  test('a limit that cuts a single day moves nothing', async () => {
    await using bench = await openBench();
    await bench.sync(TERM);
    await bench.passDays(2);
    bench.ncbi.library.addCopies(WOMBAT, { from: WOMBAT + 1, count: 50, crdt: '2026/03/01' });
    const limited = await bench.syncIncrementally(TERM, { limit: 10 });
    assert.deepEqual([limited.found, limited.archived, limited.facts.truncated], [10, 10, true]);
    assert.ok(((await bench.findWatermark(TERM)) ?? '') < '2026-03-01');
  });

  test('a limit that cuts a day passes over no revised record for one that is new on it, too', async () => {
    await using bench = await openBench();
    bench.ncbi.library.addCopies(WOMBAT, { from: WOMBAT - 5, count: 5, crdt: '2026/01/15' });
    await bench.sync(TERM);
    await bench.passDays(2);
    bench.ncbi.library.addCopies(WOMBAT, { from: WOMBAT + 1, count: 8, crdt: '2026/03/01' });
    for (let pmid = WOMBAT - 5; pmid < WOMBAT; pmid += 1)
      bench.ncbi.library.revise(pmid, (xml) => xml.replace('Of', 'On'), { mdat: '2026/03/01' });
    const limited = await bench.syncIncrementally(TERM, { limit: 10 });
    assert.deepEqual([limited.found, limited.archived, limited.facts.truncated], [10, 10, true]);
    assert.ok(((await bench.findWatermark(TERM)) ?? '') < '2026-03-01');
    assert.equal((await bench.syncIncrementally(TERM)).archived, 3);
  });

  test('a limit that a day just fills cuts nothing', async () => {
    await using bench = await openBench();
    await bench.sync(TERM);
    await bench.passDays(2);
    bench.ncbi.library.addCopies(WOMBAT, { from: WOMBAT + 1, count: 10, crdt: '2026/03/02' });
    const limited = await bench.syncIncrementally(TERM, { since: '2026-03-02', limit: 10 });
    assert.deepEqual([limited.found, limited.facts.truncated], [10, false]);
  });

  test('a sync that a limit cut short sets no watermark, takes the newest, and the next incremental one takes all', async () => {
    await using bench = await openBench();
    bench.ncbi.library.addCopies(WOMBAT, { from: WOMBAT + 1, count: 20, crdt: '2026/01/20' });
    const limited = await bench.sync(TERM, { limit: 5 });
    assert.deepEqual([limited.found, limited.facts.truncated, limited.facts.watermark], [5, true, null]);
    assert.deepEqual(
      await bench.findPmids('wombats'),
      [16, 17, 18, 19, 20].map((at) => String(WOMBAT + at)),
    );
    const next = await bench.syncIncrementally(TERM);
    assert.deepEqual([next.found, next.archived, next.skipped], [21, 16, 5]);
    assert.equal(await bench.findWatermark(TERM), '2026-02-28');
  });

  test('since a day behind the watermark leaves a gap, over which the watermark does not move', async () => {
    await using bench = await openBench();
    await bench.sync(TERM);
    await bench.passDays(20);
    bench.ncbi.library.addCopies(WOMBAT, { from: WOMBAT + 1, count: 3, crdt: '2026/03/15' });
    assert.equal((await bench.syncIncrementally(TERM, { since: '2026-03-10' })).archived, 3);
    assert.equal(await bench.findWatermark(TERM), '2026-02-28');
    await bench.syncIncrementally(TERM, { since: '2026-02-01' });
    assert.equal(await bench.findWatermark(TERM), '2026-03-20');
  });

  test('the first run since a day takes what came from then on, and sets the watermark', async () => {
    await using bench = await openBench();
    bench.ncbi.library.addCopies(WOMBAT, { from: WOMBAT + 1, count: 3, crdt: '2026/02/10' });
    assert.equal((await bench.syncIncrementally(TERM, { since: '2026-02-01' })).found, 3);
    assert.equal(await bench.findWatermark(TERM), '2026-02-28');
  });

  test('a day in the future is refused by name, before anything is listed', async () => {
    await using bench = await openBench();
    const future = bench.syncIncrementally(TERM, { since: '2026-03-02' });
    await assert.rejects(future, { code: 'VALIDATION', hint: /`since` \(2026-03-02\)/ });
    // One request, which tells NCBI's own day.
    assert.equal(bench.ncbi.requests.length, 1);
  });

  test('spaces and line breaks make no other query', async () => {
    await using bench = await openBench();
    await bench.sync('wombats\n AND  wombats');
    assert.equal(await bench.findWatermark('wombats AND wombats'), '2026-02-28');
  });

  test('a term that finds nothing ends with what NCBI says, and touches neither lists nor watermark', async () => {
    await using bench = await openBench();
    await bench.sync(TERM);
    const result = await bench.sync('wallabies');
    assert.deepEqual([result.found, result.facts.watermark], [0, null]);
    assert.match(String(result.facts.warnings), /does not know "wallabies"/);
    assert.equal(bench.ncbi.requests.filter(({ params }) => params.get('term') === 'wallabies').length, 1);
  });

  test('a run again on the same day, and one on the next, write no record, embed nothing, and leave the index alone', async () => {
    await using bench = await openBench();
    bench.ncbi.library.addCopies(WOMBAT, { from: WOMBAT + 1, count: 300, crdt: '2026/02/27' });
    await bench.sync(TERM);
    const costs = { ...bench.costs };
    for (const days of [0, 1]) {
      await bench.passDays(days);
      const { found, skipped } = await bench.syncIncrementally(TERM);
      assert.deepEqual([found, skipped], [300, 300]);
    }
    await bench.sync(TERM);
    assert.deepEqual(bench.costs, costs);
  });
});
