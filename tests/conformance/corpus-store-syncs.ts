import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import type { CorpusStore } from '../../src/store/corpus-store.ts';
import type { StateLine } from '../../src/store/port/state-changes.ts';
import { AT, collect, commitDocument, options, pmid } from '../store/sample-batches.ts';

const REQUEST = '["pubmed.sync","wombats",null]';
const TERM = 'wombats';
const LATER = '2026-03-02T09:30:00.000Z';

const MUCH_LATER = '2030-01-01T00:00:00Z';

/** What every CorpusStore promises of the lists that syncs work off, and of watermarks. */
export function describeCorpusStoreSyncs(name: string, openStore: () => Promise<CorpusStore>): void {
  describe(`syncs in a corpus store on ${name}`, () => {
    test('a list is found by its request once it is finished, and tells what is left', async () => {
      await using store = await openStore();
      const listId = await startList(store);
      assert.equal(await store.addToList(listId, [pmid(1), pmid(2)], options), 2);
      assert.equal(await store.addToList(listId, [pmid(2), pmid(3)], options), 1);
      const wanted = { request: REQUEST, listedAfter: '2026-03-01T00:00:00Z', listedBefore: MUCH_LATER };
      assert.equal(await store.findList(wanted, options), null);
      const list = await store.finishList(listId, { truncated: false, term: TERM }, options);
      assert.deepEqual(list, {
        listId,
        windowFrom: '2026-02-01',
        windowTo: '2026-03-01',
        truncated: false,
        total: 3,
        done: 0,
      });
      await store.markDone(listId, [pmid(2)], { owed: false, at: LATER }, options);
      assert.deepEqual(await store.findList(wanted, options), { ...list, done: 1 });
      assert.deepEqual(await store.listUndone(listId, { after: '', limit: 9 }, options), ['1', '3']);
      assert.deepEqual(await store.listUndone(listId, { after: '1', limit: 1 }, options), ['3']);
      assert.equal(
        await store.findList({ request: REQUEST, listedAfter: AT, listedBefore: MUCH_LATER }, options),
        null,
      );
      assert.equal(await store.findList({ ...wanted, request: 'another' }, options), null);
      assert.equal(await store.findList({ ...wanted, listedBefore: AT }, options), null);
    });

    test('a list that was removed meanwhile does not count as worked off', async () => {
      await using store = await openStore();
      const listId = await startList(store);
      await store.dropList(listId, options);
      await assert.rejects(close(store, listId, '2026-03-01'), { code: 'DB_UNAVAILABLE' });
      assert.equal(await store.findWatermark(TERM, options), null);
    });

    test('a list that is worked off is gone; the query has what it named, and its watermark', async () => {
      await using store = await openStore();
      await follow(store, [1, 2], '2026-03-01');
      assert.equal(
        await store.findList(
          { request: REQUEST, listedAfter: '2026-01-01', listedBefore: MUCH_LATER },
          options,
        ),
        null,
      );
      const watermark = { term: TERM, completeTo: '2026-03-01', updatedAt: LATER };
      assert.deepEqual(await store.findWatermark(TERM, options), watermark);
      assert.deepEqual(await store.listWatermarks(options), [watermark]);
      await follow(store, [3], null);
      assert.deepEqual(await store.findWatermark(TERM, options), watermark);
    });

    test('a watermark never goes back', async () => {
      await using store = await openStore();
      await follow(store, [1], '2026-03-01');
      await follow(store, [1], '2026-02-01');
      assert.equal((await store.findWatermark(TERM, options))?.completeTo, '2026-03-01');
    });

    test('a query that was never complete has no watermark', async () => {
      await using store = await openStore();
      await follow(store, [1], null);
      assert.equal(await store.findWatermark(TERM, options), null);
      assert.deepEqual(await store.listWatermarks(options), []);
    });

    test('what the query brought before and a list does not name is told, with whether it is live', async () => {
      await using store = await openStore();
      await commitDocument(store, 2, 'b');
      await follow(store, [1, 2, 3], null);
      const listId = await startList(store);
      await store.addToList(listId, [pmid(3)], options);
      const page = { term: TERM, after: '', limit: 9 };
      assert.deepEqual(await store.listGone(listId, page, options), [
        { pmid: '1', live: false },
        { pmid: '2', live: true },
      ]);
      await store.forgetGone(TERM, [pmid(2)], options);
      assert.deepEqual(await store.listGone(listId, page, options), [{ pmid: '1', live: false }]);
      assert.deepEqual(await store.listGone(listId, { ...page, after: '1' }, options), []);
    });

    test('what NCBI owes joins the next list of the query, unless a limit cut it, until it is delivered', async () => {
      await using store = await openStore();
      await follow(store, [1, 2], null, { owed: [2] });
      const cut = await store.finishList(await startList(store), { truncated: true, term: TERM }, options);
      assert.equal(cut.total, 0);
      const whole = await store.finishList(await startList(store), { truncated: false, term: TERM }, options);
      assert.deepEqual(await store.listUndone(whole.listId, { after: '', limit: 9 }, options), ['2']);
      await store.markDone(whole.listId, [pmid(2)], { owed: false, at: LATER }, options);
      await close(store, whole.listId, null);
      const next = await store.finishList(await startList(store), { truncated: false, term: TERM }, options);
      assert.equal(next.total, 0);
    });

    test('lists that were left alone are dropped, those that somebody works off stay', async () => {
      await using store = await openStore();
      const [left, touched] = [await startList(store), await startList(store)];
      for (const listId of [left, touched]) await store.addToList(listId, [pmid(1)], options);
      await store.markDone(touched, [pmid(1)], { owed: false, at: LATER }, options);
      await store.dropListsUntouchedSince('2026-03-02T00:00:00Z', options);
      assert.deepEqual(await store.listUndone(left, { after: '', limit: 9 }, options), []);
      const kept = await store.finishList(touched, { truncated: false, term: TERM }, options);
      assert.deepEqual([kept.total, kept.done], [1, 1]);
      await store.dropList(touched, options);
      await assert.rejects(store.finishList(touched, { truncated: false, term: TERM }, options));
    });

    test('a list that is closed is found by nobody, names nothing as gone, and can be closed again', async () => {
      await using store = await openStore();
      await follow(store, [1, 2], null);
      const listId = await startList(store);
      await store.addToList(listId, [pmid(1)], options);
      await store.finishList(listId, { truncated: true, term: TERM }, options);
      await close(store, listId, '2026-03-01');
      const wanted = {
        request: REQUEST,
        listedAfter: '2026-01-01T00:00:00Z',
        listedBefore: '2026-12-31T00:00:00Z',
      };
      assert.equal(await store.findList(wanted, options), null);
      assert.deepEqual(await store.listUndone(listId, { after: '', limit: 9 }, options), []);
      assert.deepEqual(await store.listGone(listId, { term: TERM, after: '', limit: 9 }, options), []);
      await close(store, listId, '2026-03-20');
      assert.equal((await store.findWatermark(TERM, options))?.completeTo, '2026-03-01');
      await store.dropListsUntouchedSince('2099-01-01T00:00:00Z', options);
      await assert.rejects(close(store, listId, null), { code: 'DB_UNAVAILABLE' });
    });

    test('state tells a watermark and a list when they changed, and once', async () => {
      await using store = await openStore();
      await follow(store, [1, 2], '2026-03-01', { owed: [2] });
      assert.deepEqual(
        (await readState(store)).map(({ run_id: _, ...line }) => line),
        [
          { type: 'watermark', term: TERM, complete_to: '2026-03-01', updated_at: LATER },
          { type: 'query_pmids', term: TERM, part: 0, pmids: ['1', '2'], owed: ['2'] },
        ],
      );
      await store.markStateWritten(0, options);
      assert.deepEqual(await readState(store), []);
      await follow(store, [1], '2026-03-01');
      assert.deepEqual(await readState(store), []);
      await follow(store, [1], '2026-03-05');
      assert.deepEqual(
        (await readState(store)).map(({ type }) => type),
        ['watermark'],
      );
    });
  });
}

async function startList(store: CorpusStore): Promise<string> {
  const listId = randomUUID();
  const window = { windowFrom: '2026-02-01', windowTo: '2026-03-01' };
  await store.startList({ listId, request: REQUEST, listedAt: AT, ...window }, options);
  return listId;
}

/** A whole sync of these PMIDs. */
async function follow(
  store: CorpusStore,
  pmids: readonly number[],
  completeTo: string | null,
  { owed = [] }: { owed?: readonly number[] } = {},
): Promise<void> {
  const listId = await startList(store);
  await store.addToList(listId, pmids.map(pmid), options);
  await store.finishList(listId, { truncated: true, term: TERM }, options);
  await store.markDone(listId, pmids.map(pmid), { owed: false, at: LATER }, options);
  await store.markDone(listId, owed.map(pmid), { owed: true, at: LATER }, options);
  await close(store, listId, completeTo);
}

function close(store: CorpusStore, listId: string, completeTo: string | null): Promise<void> {
  return store.closeList(
    listId,
    { term: TERM, completeTo, today: '2026-03-31', runId: randomUUID(), at: LATER },
    options,
  );
}

async function readState(store: CorpusStore): Promise<StateLine[]> {
  const { lines } = await store.listStateChanges(options);
  return (await collect(lines)).filter(({ type }) => type === 'watermark' || type === 'query_pmids');
}
