import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openGenerations } from '../../src/compose/rooms/open-generations.ts';
import type { Corpus } from '../../src/compose.ts';
import { openPostgres } from '../../src/store/database/database.ts';
import { assertAgreement } from '../support/corpus/agreement.ts';
import { holdCall } from '../support/corpus/hold-call.ts';
import { findPmids, loadInto, makeTestHome, type TestHome } from '../support/corpus/test-corpus.ts';
import { openBreakableLink } from '../support/network/breakable-link.ts';
import { createTestPostgres } from '../support/postgres/databases.ts';
import {
  endLockSession,
  holdCommits,
  untilLockWaiter,
  untilWaitingIn,
} from '../support/postgres/lock-session.ts';
import { articleXml, deleteXml, setXml } from '../support/pubmed/pubmed-xml.ts';
import { findTestService } from '../support/services/services.ts';
import { makeWeaviateHome } from '../support/services/weaviate-home.ts';

const { skip } = findTestService('TEST_WEAVIATE_URL');
const INDEXES = [
  { name: 'LanceDB', skip: false, makeHome: () => makeTestHome() },
  { name: 'Weaviate', skip, makeHome: makeWeaviateHome },
];
const NEW = { name: 'x', description: null, primaryQueries: [], parentCheckpointId: null };

/** Each corpus of a home is what one process has: a pool, an index and threads of its own. */
for (const { name, skip: reason, makeHome } of INDEXES) {
  describe(`several writers on PostgreSQL and ${name}`, { skip: reason }, () => {
    test('what a killed writer left in the index is no part of the next commit', async ({ signal }) => {
      await using home = await makeHome();
      await using killed = await home.open();
      await using other = await home.open();
      await loadInto(killed, await home.write('1.xml', setXml(record(1), record(3))));
      // Its run begins before the other one is killed, so that only the lock can tell it.
      const beforeRun = holdCall(other.services.store, 'startRun');
      const later = loadInto(other, await home.write('2.xml', setXml(record(2))));
      await beforeRun.reached;
      const xml = setXml(record(1, 'Of wombats, revised.'), deleteXml(3));
      const dead = await killBeforeCommit(killed, home, await home.write('3.xml', xml));

      beforeRun.open();
      await later;

      assert.deepEqual((await findPmids(other, 'wombats')).sort(), ['1', '2', '3']);
      assert.deepEqual(await findPmids(other, 'revised'), ['1'], 'it was archived, so it is found');
      const { checkpointId } = await other.services.checkpoints.create(NEW, { signal });
      await loadInto(other, await home.write('4.xml', setXml(record(4))));
      const frozen = await findPmids(other, 'wombats', { checkpoint_id: checkpointId });
      assert.deepEqual(frozen.sort(), ['1', '2', '3']);
      await assertAgreement(other, signal);
      await dead.settle();
    });

    test('who loses the lock before the commit undoes its batch, and another writer loses nothing', async ({
      signal,
    }) => {
      await using home = await makeHome();
      await using losing = await home.open();
      await using other = await home.open();
      await loadInto(losing, await home.write('1.xml', setXml(record(1))));
      const beforeCommit = holdCall(losing.services.store, 'commit');
      const losingLoad = loadInto(losing, await home.write('3.xml', setXml(record(3))));
      losingLoad.catch(() => undefined); // met below
      await beforeCommit.reached;
      await home.query(endLockSession);

      await loadInto(other, await home.write('2.xml', setXml(record(2))));
      beforeCommit.open();

      await assert.rejects(losingLoad, { code: 'DB_UNAVAILABLE' });
      await loadInto(losing, await home.write('4.xml', setXml(record(3), record(4))));
      assert.deepEqual((await findPmids(other, 'wombats')).sort(), ['1', '2', '3', '4']);
      await assertAgreement(other, signal);
    });

    test('two rebuilds take turns, and the second one does not touch what the first one fills', async ({
      signal,
    }) => {
      await using home = await makeHome();
      await using first = await home.open();
      await using second = await home.open();
      await loadInto(first, await home.write('1.xml', setXml(record(1), record(2), record(3))));
      const beforeSwap = holdCall(first.services.archive, 'list', isRaw);
      const rebuilding = reindex(first, signal);
      await beforeSwap.reached;
      const stop = new AbortController();
      const waiting = reindex(second, stop.signal);
      waiting.catch(() => undefined); // met below
      await home.query(untilLockWaiter);
      stop.abort(new Error('stopped'));
      beforeSwap.open();

      await assert.rejects(waiting, /stopped/);
      await rebuilding;

      for (const corpus of [first, second])
        assert.deepEqual((await findPmids(corpus, 'wombats')).sort(), ['1', '2', '3']);
      await assertAgreement(second, signal);
    });

    test('a rebuilt index that lacks chunks does not take the place of the old one', async ({ signal }) => {
      await using home = await makeHome();
      await using corpus = await home.open();
      await loadInto(corpus, await home.write('1.xml', setXml(record(1), record(2))));
      const beforeSwap = holdCall(corpus.services.archive, 'list', isRaw);
      const rebuilding = reindex(corpus, signal);
      rebuilding.catch(() => undefined); // met below
      await beforeSwap.reached;
      await using generations = await openGenerations(home.config, { isShared: true });
      const known = await corpus.services.store.findIndexState({ signal });
      assert.ok(known !== null);
      const fresh = await generations.open({ ...known, generation: known.generation + 1 }, { signal });
      await fresh.rollbackTo(0, { signal });
      await fresh[Symbol.asyncDispose]();
      beforeSwap.open();

      await assert.rejects(rebuilding, { code: 'INDEX_UNAVAILABLE' });
      assert.deepEqual((await findPmids(corpus, 'wombats')).sort(), ['1', '2']);
      await assertAgreement(corpus, signal);
    });
  });
}

describe('a connection that breaks during COMMIT', () => {
  test('leaves what the commit came to: its documents are found, and loading again skips them', async ({
    signal,
  }) => {
    const url = await createTestPostgres();
    await using link = await openBreakableLink(url);
    await using home = await makeTestHome({ settings: { BIO_MCP_DATABASE_URL: link.url } });
    await using corpus = await home.open();
    await loadInto(corpus, await home.write('1.xml', setXml(record(1))));
    await using outside = await openPostgres({ url, max: 2 });
    const gate = await holdCommits(outside.kysely);
    const path = await home.write('2.xml', setXml(record(2)));
    const loading = loadInto(corpus, path);
    loading.catch(() => undefined); // met below
    await untilWaitingIn(outside.kysely, 'commit');
    link.cut();
    link.mend();
    await untilWaitingIn(outside.kysely, '%corpus_state for update%');
    await gate.open();

    await assert.rejects(loading, { code: 'DB_UNAVAILABLE' });
    assert.deepEqual((await findPmids(corpus, 'wombats')).sort(), ['1', '2']);
    assert.equal((await loadInto(corpus, path)).skipped, 1);
    await assertAgreement(corpus, signal);
  });
});

describe('a caller that gives up while another process has the lock', () => {
  test('a checkpoint is not made, and a load stops', async ({ signal }) => {
    await using home = await makeTestHome();
    await using busy = await home.open();
    await using corpus = await home.open();
    const path = await home.write('1.xml', setXml(record(1)));
    await busy.services.store.withPublishLock(
      async () => {
        const stop = new AbortController();
        const making = corpus.services.checkpoints.create(NEW, { signal: stop.signal });
        await home.query(untilLockWaiter);
        stop.abort(new Error('stopped'));
        await assert.rejects(making, /^Error: stopped$/);
      },
      { signal },
    );
    assert.equal((await loadInto(corpus, path)).indexed, 1);
  });
});

function record(pmid: number, title = 'Of wombats.'): string {
  return articleXml({ pmid, title });
}

function reindex({ services }: Corpus, signal: AbortSignal) {
  return services.reindexCorpus({ onProgress: () => undefined }, { signal });
}

/** A rebuild lists the records once it has filled the index with what `state/` told. */
function isRaw([prefix]: unknown[]): boolean {
  return String(prefix).endsWith('/raw/');
}

/** The writer has written to the archive and the index when it ends, and never comes to undo anything. */
async function killBeforeCommit({ services }: Corpus, home: TestHome, path: string) {
  const { store, index } = services;
  const beforeCommit = holdCall(store, 'commit');
  const load = services.loadFiles(
    { sources: [path], surface: 'cli', onProgress: () => undefined },
    { signal: new AbortController().signal },
  );
  load.catch(() => undefined); // met by `settle`
  await beforeCommit.reached;
  const gone = () => Promise.reject(new Error('killed'));
  Object.assign(store, { withPublishLock: gone });
  Object.assign(index, { rollbackTo: gone });
  await home.query(endLockSession);
  return {
    async settle() {
      beforeCommit.open();
      await assert.rejects(load);
    },
  };
}
