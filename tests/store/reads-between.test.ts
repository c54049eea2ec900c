import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { openPglite } from '../../src/store/database/database.ts';
import { createSqlCorpusStore } from '../../src/store/sql-corpus-store.ts';
import { makeTestFolder } from '../archive/sealed-record.ts';
import { archived, commitDocument, commitNext, options, pmid, revision } from './sample-batches.ts';

/** Which both COPYs of revisions have, so that there is something between them. */
const MANY = Array.from({ length: 300 }, (_, at) => 1_000 + at);
const BOTH = [
  { pmid: pmid(1), revision: 1 },
  { pmid: pmid(1_000), revision: 1 },
];

describe('what a search reads while a batch is committed to the embedded database', () => {
  test('is read before the commit is through, and is none of what comes in with it', async () => {
    await using opened = await openStore();
    const { store, onStatement } = opened;
    await commitDocument(store, 1, 'one');
    const told: string[] = [];
    let reading: Promise<unknown> = Promise.reject(new Error('nobody read'));
    reading.catch(() => undefined);
    onStatement((text) => {
      if (!text.startsWith('copy revisions') || told.length > 0) return;
      told.push('asked');
      reading = store.findRevisions(BOTH, options).then((found) => told.push(...found.keys()));
    });

    await commitMany(store).then(() => told.push('committed'));
    await reading;

    assert.deepEqual(told, ['asked', '1', 'committed']);
    assert.deepEqual([...(await store.findRevisions(BOTH, options)).keys()], ['1', '1000']);
  });

  test('is each document as it was before, live or at a checkpoint', async () => {
    await using opened = await openStore();
    const { store, onStatement } = opened;
    const before = await commitDocument(store, 1, 'one');
    const told: string[] = [];
    let reading: Promise<unknown> = Promise.reject(new Error('nobody read'));
    reading.catch(() => undefined);
    onStatement((text) => {
      if (!text.startsWith('copy revisions') || told.length > 0) return;
      told.push('asked');
      reading = Promise.all([
        store.findDocument(pmid(1), options),
        store.findDocument(pmid(2), options),
        store.findDocumentAt(pmid(1), before, options),
      ]).then((found) => told.push(...found.map((one) => `${one?.title}`)));
    });

    await commitNext(store, {
      archived: [archived(1, 'other'), archived(2, 'two')],
      revisions: [revision(1, 'other', { revision: 2 }), revision(2, 'two')],
    }).then(() => told.push('committed'));
    await reading;

    assert.deepEqual(told, ['asked', 'one', 'undefined', 'one', 'committed']);
    assert.equal((await store.findDocument(pmid(1), options))?.title, 'other');
  });

  test('is read after a commit that fails, and not at all for who gave it up', async () => {
    await using opened = await openStore();
    const { store, onStatement } = opened;
    await commitDocument(store, 1, 'one');
    const giving = new AbortController();
    const readings: Promise<PromiseSettledResult<number>[]>[] = [];
    onStatement((text) => {
      // The one that fails: what is there already comes again.
      if (!text.startsWith('select "pmid" from "pubmed_archive"') || readings.length > 0) return;
      const ask = (signal: AbortSignal) => store.findRevisions(BOTH, { signal }).then((found) => found.size);
      readings.push(Promise.allSettled([ask(options.signal), ask(giving.signal)]));
      giving.abort(new Error('no longer wanted'));
    });

    await assert.rejects(commitNext(store, { revisions: [revision(1, 'one'), revision(1, 'one')] }));

    const [found, givenUp] = (await readings[0]) ?? [];
    assert.deepEqual(found, { status: 'fulfilled', value: 1 });
    assert.ok(givenUp?.status === 'rejected' && givenUp.reason.message === 'no longer wanted');
    await commitMany(store);
    assert.equal((await store.findRevisions(BOTH, options)).size, 2);
  });
});

function commitMany(store: Parameters<typeof commitNext>[0]): Promise<number> {
  return commitNext(store, {
    archived: MANY.map((number) => archived(number, `${number}`)),
    revisions: MANY.map((number) => revision(number, `${number}`)),
  });
}

async function openStore() {
  const folder = await makeTestFolder();
  let listener = (_text: string): void => {};
  const database = await openPglite(
    { folder: join(folder.path, 'database'), fsync: false },
    { onStatement: ({ text }) => listener(text) },
  );
  const store = createSqlCorpusStore({ database });
  return {
    store,
    onStatement(hear: (text: string) => void) {
      listener = hear;
    },
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}
