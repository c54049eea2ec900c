import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { connect } from '@lancedb/lancedb';
import type { CallOptions } from '../../../src/domain/call-options.ts';
import { STATIC_DIMENSIONS } from '../../../src/embedding/static-vectors.ts';
import { createFetchIntoCorpus } from '../../../src/ingest/fetch/fetch-into-corpus.ts';
import { createTidying } from '../../../src/ingest/publish/tidying.ts';
import { openLanceDbIndex } from '../../../src/search/lancedb/lancedb-index.ts';
import { pmidsOf, toBatch, toPmid, toQuery } from '../../search/index-samples.ts';
import { openFaultyCorpus } from '../../support/corpus/faulty-corpus.ts';
import { makeTestHome } from '../../support/corpus/test-corpus.ts';
import { openEutilsBench } from '../../support/pubmed/eutils.ts';
import { articleXml, setXml } from '../../support/pubmed/pubmed-xml.ts';

/** What filters ask for; each index of them is made in a step of its own, beside the one of words. */
const FILTERED = 10;

describe('tidying behind answers', () => {
  test('an answer does not wait for it, and another one comes between its steps', async ({ signal }) => {
    await using opened = await openWatched();
    const records = [1, 2].map((pmid) => articleXml({ pmid, title: 'Heart.' }));
    await using bench = await openEutilsBench({ records });
    const { tidying, begun } = opened.createWatched();
    await using _closed = tidying;
    const fetch = createFetchIntoCorpus({ ...opened.needs, literature: bench.client, tidying });
    const inStep = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    opened.onStep = (name) => {
      if (name !== 'optimize') return undefined;
      inStep.resolve();
      return gate.promise;
    };

    assert.deepEqual(await fetch([toPmid(1)], bench.within(60_000)), []);
    // Where another writer waited already, it would leave the work to a later time.
    await inStep.promise;
    assert.equal(opened.ended.length, 0, 'it has not ended the first step');
    const second = fetch([toPmid(2)], bench.within(60_000)).then(() => opened.ended.push('fetched'));
    gate.resolve();
    await Promise.all([...begun, second]);

    const at = opened.ended.indexOf('fetched');
    assert.equal(opened.ended[0], 'optimize');
    assert.ok(at > 0 && at < opened.ended.lastIndexOf('make'), opened.ended.join(', '));
    assert.equal((await opened.listIndexes()).length, FILTERED + 1);
    const found = await opened.index.search(toQuery('heart', { mode: 'bm25' }), { signal });
    assert.deepEqual(pmidsOf(found).sort(), [1, 2]);
  });

  test('each step has the publish lock, and no two tidyings take one side by side', async ({ signal }) => {
    await using opened = await openWatched();
    await opened.index.write(toHearts(), { signal });
    await using one = opened.createWatched().tidying;
    await using other = opened.createWatched().tidying;
    let most = 0;
    opened.onStep = async () => {
      const { begun, ended } = opened;
      most = Math.max(most, begun.length - ended.filter((name) => name !== 'writer').length);
      if (begun.length > 1) return;
      void opened.needs.store.withPublishLock(async () => ended.push('writer'), { signal });
    };

    await Promise.all([one.begin(), one.begin(), other.begin()]);

    const told = opened.ended.join(', ');
    assert.equal(most, 1, told);
    assert.equal(opened.ended.filter((name) => name === 'optimize').length, 1, told);
    assert.ok(told.startsWith('optimize, writer, make'), told);
    assert.equal(opened.index.isOptimizeDue, false);
  });

  test('where others wait for their turn as it begins it leaves the work to a later time', async ({
    signal,
  }) => {
    await using opened = await openWatched();
    await opened.index.write(toHearts(), { signal });
    await using tidying = opened.createWatched().tidying;
    const { store } = opened.needs;
    const gate = Promise.withResolvers<void>();
    const holding = store.withPublishLock(() => gate.promise, { signal });
    const begun = tidying.begin();
    const waiting = store.withPublishLock(async () => undefined, { signal });
    gate.resolve();
    await Promise.all([holding, begun, waiting]);

    assert.deepEqual(opened.ended, []);
    assert.equal(opened.index.isOptimizeDue, true);
    await tidying.begin();
    assert.equal(opened.index.isOptimizeDue, false);
  });

  test('closing ends it after its step; what it left is owed, found all the same, and made later', async ({
    signal,
  }) => {
    await using opened = await openWatched();
    await opened.index.write(toHearts(), { signal });
    const { tidying } = opened.createWatched();
    const inStep = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    opened.onStep = () => {
      inStep.resolve();
      return gate.promise;
    };
    const begun = tidying.begin();
    await inStep.promise;
    const closing = tidying[Symbol.asyncDispose]().then(() => opened.ended.push('closed'));
    gate.resolve();
    await Promise.all([begun, closing]);
    await tidying.begin();

    assert.deepEqual(opened.ended, ['optimize', 'closed']);
    assert.equal(opened.index.isOptimizeDue, true);
    const found = await opened.index.search(toQuery('heart', { mode: 'bm25' }), { signal });
    assert.deepEqual(pmidsOf(found), [1]);
    assert.deepEqual(opened.failures, []);

    await using later = opened.createWatched().tidying;
    await later.begin();
    assert.equal(opened.index.isOptimizeDue, false);
    assert.equal((await opened.listIndexes()).length, FILTERED + 1);
  });

  test('a failure is told once, and the next time begins anew', async ({ signal }) => {
    await using opened = await openWatched();
    await opened.index.write(toHearts(), { signal });
    await using tidying = opened.createWatched().tidying;
    const broken = new Error('the disk is full');
    opened.onStep = (name) => (name === 'make' ? Promise.reject(broken) : undefined);
    await tidying.begin();
    assert.deepEqual(opened.failures, [broken]);
    assert.equal(opened.index.isOptimizeDue, true);

    opened.onStep = () => undefined;
    await tidying.begin();
    assert.deepEqual(opened.failures, [broken]);
    assert.equal(opened.index.isOptimizeDue, false);
  });

  test('a load ends with every index made', async () => {
    await using opened = await openWatched();
    await opened.load();
    assert.equal(opened.index.isOptimizeDue, false);
    assert.equal((await opened.listIndexes()).length, FILTERED + 1);
  });
});

function toHearts() {
  const batch = toBatch(1, [{ pmid: 1, text: 'heart' }]);
  return { ...batch, vectors: new Float32Array(STATIC_DIMENSIONS) };
}

/** A corpus on LanceDB whose steps of tidying are watched. */
async function openWatched() {
  await using opening = new AsyncDisposableStack();
  const home = opening.use(await makeTestHome());
  const folder = join(home.dataDir, 'index', '1');
  const index = opening.use(
    await openLanceDbIndex({ folder, dimensions: STATIC_DIMENSIONS, filterIndexRows: 0 }),
  );
  const corpus = opening.use(await openFaultyCorpus(home, { index }));
  const stack = opening.move();
  const opened = {
    index,
    needs: corpus.needs,
    begun: [] as string[],
    ended: [] as string[],
    failures: [] as unknown[],
    /** Comes as a step begins, which does not end before it. */
    onStep: (_name: 'optimize' | 'make'): Promise<void> | undefined => undefined,
    createWatched,
    listIndexes,
    load: async () =>
      corpus.load(await home.write('1.xml', setXml(articleXml({ pmid: 1, title: 'Heart.' })))),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
  function createWatched() {
    const made = createTidying({
      store: corpus.needs.store,
      index: {
        removeEnded: (ended, options) => index.removeEnded(ended, options),
        optimize: step('optimize', (options) => index.optimize(options)),
        makeMissing: step('make', (options) => index.makeMissing(options)),
      },
      onFailure: (error) => opened.failures.push(error),
    });
    const begun: Promise<void>[] = [];
    const begin = () => {
      const beginning = made.begin();
      begun.push(beginning);
      return beginning;
    };
    return { tidying: { begin, [Symbol.asyncDispose]: () => made[Symbol.asyncDispose]() }, begun };
  }
  function step<T>(name: 'optimize' | 'make', work: (options: CallOptions) => Promise<T>) {
    return async (options: CallOptions) => {
      opened.begun.push(name);
      const [result] = await Promise.all([work(options), opened.onStep(name)]);
      opened.ended.push(name);
      return result;
    };
  }
  async function listIndexes() {
    const table = await (await connect(folder)).openTable('chunks');
    return (await table.listIndices()).map(({ name }) => name);
  }
  return opened;
}
