import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { findPmid, type Pmid } from '../../../src/domain/ids.ts';
import type { Fault } from '../../support/pubmed/ncbi-stand-in/faults.ts';
import { articleXml, setXml } from '../../support/pubmed/pubmed-xml.ts';
import { openSyncBench, type SyncBench } from '../../support/sync/sync-bench.ts';

const TERM = 'wombats';
const signal = new AbortController().signal;

async function openBench(count = 6): Promise<SyncBench> {
  const records = Array.from({ length: count }, (_, at) =>
    articleXml({ pmid: at + 1, title: `Wombats of ${at + 1}.` }),
  );
  return openSyncBench({ records });
}

function toPmid(number: number): Pmid {
  const pmid = findPmid(String(number));
  assert.ok(pmid !== null);
  return pmid;
}

/** An answer of EFetch with these records alone, whatever was asked for. */
function answerWith(...pmids: number[]): Fault {
  return {
    kind: 'body',
    body: setXml(...pmids.map((pmid) => articleXml({ pmid, title: `Wombats of ${pmid}.` }))),
  };
}

const summaryOf = (entries: Record<string, object>): Fault => ({
  kind: 'body',
  body: JSON.stringify({ result: { uids: Object.keys(entries), ...entries } }),
});

function summarised(bench: SyncBench): string[] {
  return bench.ncbi.requests
    .filter(({ endpoint }) => endpoint === 'esummary')
    .flatMap(({ params }) => (params.get('id') ?? '').split(','));
}

describe('pain 13: deleted and merged PMIDs', () => {
  test('what a query no longer brings leaves only by NCBI’s word: deleted and merged, not what merely changed', async () => {
    await using bench = await openBench();
    await bench.sync(TERM);
    bench.ncbi.library.delete(1);
    bench.ncbi.library.merge(2, 3);
    bench.ncbi.library.revise(4, (xml) => xml.replaceAll('Wombats', 'Koalas'), { mdat: '2026/02/28' });
    const result = await bench.sync(TERM);
    assert.deepEqual([result.found, result.skipped, result.deleted], [3, 3, 2]);
    assert.deepEqual(summarised(bench), ['1', '2', '4']);
    const tombstones = await Promise.all(
      [1, 2, 4].map((at) => bench.store.findTombstone(toPmid(at), { signal })),
    );
    assert.deepEqual(
      tombstones.map((one) => [one?.reason, one?.mergedInto]),
      [
        ['deleted', null],
        ['merged', '3'],
        [undefined, undefined],
      ],
    );
    assert.deepEqual(await bench.findPmids('wombats'), ['3', '4', '5', '6']);
    const { pubmed_archive } = await bench.dump();
    assert.equal(pubmed_archive?.length, 6);
  });

  test('of a query that finds nothing any more the deleted leave; the others and the watermark stay', async () => {
    await using bench = await openBench(3);
    await bench.sync(TERM);
    const complete = await bench.findWatermark(TERM);
    await bench.passDays(2);
    bench.ncbi.library.delete(1);
    for (const at of [2, 3])
      bench.ncbi.library.revise(at, (xml) => xml.replaceAll('Wombats', 'Koalas'), { mdat: '2026/02/28' });
    const result = await bench.sync(TERM);
    assert.deepEqual([result.facts.total, result.found, result.deleted], [0, 0, 1]);
    assert.equal((await bench.store.findTombstone(toPmid(1), { signal }))?.reason, 'deleted');
    assert.deepEqual(await bench.findPmids('wombats'), ['2', '3']);
    assert.equal(await bench.findWatermark(TERM), complete);
    // They are the query's still: the next run asks after them, and not after what has left.
    bench.ncbi.library.delete(2);
    assert.equal((await bench.sync(TERM)).deleted, 1);
    assert.deepEqual(summarised(bench), ['1', '2', '3', '2', '3']);
    assert.deepEqual((await bench.dump()).sync_lists, []);
  });

  test('what NCBI says nothing of stays, and is asked for again by the next complete sync', async () => {
    await using bench = await openBench();
    await bench.sync(TERM);
    bench.ncbi.library.delete(1);
    bench.ncbi.faults.next({ fault: summaryOf({}), endpoint: 'esummary' });
    assert.equal((await bench.sync(TERM)).deleted, 0);
    assert.equal((await bench.sync(TERM)).deleted, 1);
    assert.equal((await bench.sync(TERM)).deleted, 0);
    assert.deepEqual(summarised(bench), ['1', '1']);
  });

  test('a deleted record that NCBI has again is back with its next revision', async () => {
    await using bench = await openBench();
    await bench.sync(TERM);
    bench.ncbi.library.delete(1);
    await bench.sync(TERM);
    bench.ncbi.library.add(articleXml({ pmid: 1, title: 'Wombats of 1.' }));
    assert.equal((await bench.sync(TERM)).archived, 1);
    const document = await bench.store.findDocument(toPmid(1), { signal });
    assert.equal(document?.revision, 2);
    assert.equal(await bench.store.findTombstone(toPmid(1), { signal }), null);
  });

  test('content that returns after another is a new revision', async () => {
    await using bench = await openBench(1);
    await bench.sync(TERM);
    const first = articleXml({ pmid: 1, title: 'Wombats of 1.' });
    for (const [title, revision] of [
      ['Other wombats.', 2],
      ['Wombats of 1.', 3],
    ] as const) {
      bench.ncbi.library.revise(1, () => first.replace('Wombats of 1.', title), { mdat: '2026/02/28' });
      await bench.syncIncrementally(TERM);
      const document = await bench.store.findDocument(toPmid(1), { signal });
      assert.deepEqual([document?.title, document?.revision], [title, revision]);
    }
  });
});

describe('pain 15: answers that are not what was asked for', () => {
  test('a record that EFetch leaves out in passing is fetched by itself', async () => {
    await using bench = await openBench();
    bench.ncbi.faults.next({ fault: answerWith(1, 2, 3, 4, 5), endpoint: 'efetch' });
    const result = await bench.sync(TERM);
    assert.deepEqual([result.found, result.archived, result.failed], [6, 6, 0]);
  });

  test('one that NCBI has and does not deliver is failed, never dropped: the next run asks for it again', async () => {
    await using bench = await openBench();
    bench.ncbi.faults.next({ fault: answerWith(1, 2, 3, 4, 5), endpoint: 'efetch', times: 2 });
    const result = await bench.sync(TERM);
    assert.deepEqual([result.found, result.archived, result.failed], [6, 5, 1]);
    assert.deepEqual(
      result.problems.map(({ pmid }) => pmid),
      ['6'],
    );
    assert.equal(await bench.findWatermark(TERM), '2026-02-28');
    await bench.passDays(100);
    const next = await bench.syncIncrementally(TERM);
    assert.deepEqual([next.found, next.archived, next.failed], [1, 1, 0]);
    await bench.passDays(100);
    assert.equal((await bench.syncIncrementally(TERM)).found, 0);
  });

  test('one that was listed and is gone when it is fetched is failed, and leaves if it was held', async () => {
    await using bench = await openBench();
    await bench.sync(TERM);
    bench.ncbi.faults.next({ fault: answerWith(1, 2, 3, 4), endpoint: 'efetch' });
    const gone = { uid: '5', error: 'cannot get document summary' };
    bench.ncbi.faults.next({
      fault: summaryOf({ 5: gone, 6: { uid: '4', title: 'Wombats.' } }),
      endpoint: 'esummary',
    });
    const result = await bench.sync(TERM);
    assert.deepEqual([result.found, result.skipped, result.failed, result.deleted], [6, 4, 2, 2]);
    assert.match(result.problems.map(({ reason }) => reason).join(), /deleted it.*merged it into PMID 4/);
  });

  test('records that were not asked for are left out', async () => {
    await using bench = await openBench();
    bench.ncbi.faults.next({ fault: answerWith(1, 2, 3, 4, 5, 6, 99), endpoint: 'efetch' });
    assert.equal((await bench.sync(TERM)).archived, 6);
    assert.equal(await bench.store.findDocument(toPmid(99), { signal }), null);
  });

  test('a poison record that spoils its answer is found by halving; its neighbours come in', async () => {
    await using bench = await openBench(200);
    const poison = (xml: string) => xml.replace('</PubmedData>', '</PubmedData></Broken>');
    bench.ncbi.library.revise(
      77,
      (xml) => poison(xml).replace('</PubmedArticle>', '</PubmedArticle><Nonsense'),
      { mdat: '2026/02/28' },
    );
    const result = await bench.sync(TERM);
    assert.deepEqual([result.found, result.archived, result.failed], [200, 199, 1]);
    assert.deepEqual(
      result.problems.map(({ pmid }) => pmid),
      ['77'],
    );
    assert.equal(await bench.findWatermark(TERM), '2026-02-28');
    const fetches = bench.ncbi.requests.filter(({ endpoint }) => endpoint === 'efetch');
    assert.ok(fetches.length <= 17, `${fetches.length} requests`);
  });

  test('a record that arrives whole and cannot be read is quarantined, failed, and done for the watermark', async () => {
    await using bench = await openBench();
    bench.ncbi.library.revise(3, (xml) => xml.replace('Wombats of 3.', 'Wombats of &nosuchentity;.'), {
      mdat: '2026/02/28',
    });
    const result = await bench.sync(TERM);
    assert.deepEqual([result.found, result.archived, result.failed], [6, 5, 1]);
    assert.equal(await bench.store.countQuarantined({ signal }), 1);
    assert.equal(await bench.findWatermark(TERM), '2026-02-28');
    const again = await bench.sync(TERM);
    assert.deepEqual([again.found, again.skipped, again.failed], [6, 6, 0]);
  });

  test('EFetch that delivers nothing of what NCBI has is NCBI’s failure: nothing is owed and no watermark moves', async () => {
    await using bench = await openBench(50);
    bench.ncbi.faults.next({ fault: answerWith(), endpoint: 'efetch', times: Number.POSITIVE_INFINITY });
    await assert.rejects(bench.sync(TERM), { code: 'PUBMED_BAD_RESPONSE' });
    assert.equal(await bench.findWatermark(TERM), null);
    bench.ncbi.faults.clear();
    assert.equal((await bench.sync(TERM)).archived, 50);
  });
});

describe('pain 12: a retraction', () => {
  test('released after the first sync, it is a new revision, leaves default search, and the status names it', async () => {
    await using bench = await openBench();
    await bench.sync(TERM);
    bench.ncbi.library.retract(2, { notice: 60, mdat: '2026/02/28' });
    const { found, archived, skipped } = await bench.syncIncrementally(TERM);
    assert.deepEqual([found, archived, skipped], [1, 1, 0]);
    const document = await bench.store.findDocument(toPmid(2), { signal });
    assert.deepEqual([document?.revision, document?.retraction_status], [2, 'retracted']);
    assert.ok(!(await bench.findPmids('wombats')).includes('2'));
    assert.equal((await bench.store.countCorpus({ signal })).retracted, 1);
  });
});

describe('pain 14: no dependence on the history server, no long URLs', () => {
  test('a sync sends its ids by POST, at most 200 at once, and never a WebEnv', async () => {
    await using bench = await openBench(450);
    await bench.sync(TERM);
    const fetches = bench.ncbi.requests.filter(({ endpoint }) => endpoint === 'efetch');
    assert.deepEqual(
      fetches.map(({ params }) => params.get('id')?.split(',').length),
      [100, 100, 100, 100, 50],
    );
    assert.ok(
      bench.ncbi.requests.every(
        ({ method, url, params }) =>
          method === 'POST' && url.length < 100 && !params.has('WebEnv') && !params.has('usehistory'),
      ),
    );
  });
});
