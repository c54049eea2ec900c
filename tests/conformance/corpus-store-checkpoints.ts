import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import type { Checkpoint } from '../../src/domain/corpus/checkpoint.ts';
import type { CorpusStore } from '../../src/store/corpus-store.ts';
import type { Change, ChangePlace } from '../../src/store/port/checkpoint-store.ts';
import { AT, commitDocument, commitNext, options, pmid, revision } from '../store/sample-batches.ts';

/** What every corpus store promises of checkpoints and of what lies between them. */
export function describeCorpusStoreCheckpoints(name: string, openStore: () => Promise<CorpusStore>): void {
  describe(`${name}: checkpoints`, () => {
    test('the number of documents goes with the sequence number, through replacement, deletion and return', async () => {
      await using store = await openStore();
      assert.deepEqual(await store.countMembers(options), { sequence: 0, documentCount: 0 });
      await commitDocument(store, 1, 'a');
      await commitDocument(store, 2, 'b');
      assert.deepEqual(await store.countMembers(options), { sequence: 2, documentCount: 2 });
      await commitDocument(store, 1, 'c', { revision: 2 });
      await commitNext(store, { deletions: [deletion(2), deletion(9)] });
      assert.deepEqual(await store.countMembers(options), { sequence: 4, documentCount: 1 });
      await commitDocument(store, 2, 'b', { revision: 2 });
      assert.deepEqual(await store.countMembers(options), { sequence: 5, documentCount: 2 });
      assert.equal((await store.countCorpus(options)).documents, 2);
    });

    test('a checkpoint comes back as it was made, is listed newest first, and goes', async () => {
      await using store = await openStore();
      const first = checkpoint({ createdAt: '2026-03-01T09:30:00.125Z' });
      const second = checkpoint({ parentCheckpointId: first.checkpointId, sequence: 7 });
      await store.addCheckpoint(first, options);
      await store.addCheckpoint(second, options);
      assert.deepEqual(await store.findCheckpoint(first.checkpointId, options), first);
      assert.equal(await store.findCheckpoint(randomUUID(), options), null);
      assert.deepEqual(await store.listCheckpoints({ limit: 9, after: null }, options), [second, first]);
      assert.deepEqual(await store.listCheckpoints({ limit: 1, after: second }, options), [first]);
      assert.deepEqual(await store.findCheckpointChild(first.checkpointId, options), second);
      assert.deepEqual((await store.listCheckpointSequences(options)).sort(), [3, 7]);
      await assert.rejects(store.removeCheckpoint(first.checkpointId, options), { code: 'DB_UNAVAILABLE' });
      await store.removeCheckpoint(second.checkpointId, options);
      assert.equal(await store.findCheckpointChild(first.checkpointId, options), null);
      assert.deepEqual(await store.listCheckpoints({ limit: 9, after: null }, options), [first]);
    });

    test('a document is answered as it was at any number, and the checkpoints that hold it are named', async () => {
      await using store = await openStore();
      await commitDocument(store, 1, 'a', { title: 'First.' });
      await commitDocument(store, 1, 'b', { title: 'Second.', revision: 2 });
      await commitNext(store, { deletions: [deletion(1)] });
      const titles = await Promise.all(
        [0, 1, 2, 3].map(async (at) => (await store.findDocumentAt(pmid(1), at, options))?.title),
      );
      assert.deepEqual(titles, [undefined, 'First.', 'Second.', undefined]);
      const find = async (...wanted: [number, number][]) => {
        const asked = wanted.map(([one, revision]) => ({ pmid: pmid(one), revision }));
        const found = await store.findRevisions(asked, options);
        return [...found].map(([one, { title, revision }]) => [one, title, revision]);
      };
      await commitDocument(store, 2, 'c', { title: 'Other.' });
      assert.deepEqual(await find([1, 1]), [['1', 'First.', 1]]);
      assert.deepEqual((await find([2, 1], [1, 2], [3, 1])).sort(), [
        ['1', 'Second.', 2],
        ['2', 'Other.', 1],
      ]);
      assert.deepEqual(await find([1, 3]), []);
      const made = [0, 1, 2, 3].map((sequence) =>
        checkpoint({ sequence, createdAt: `2026-03-0${sequence + 1}T00:00:00.000Z` }),
      );
      for (const one of made) await store.addCheckpoint(one, options);
      const holding = [made[2]?.checkpointId, made[1]?.checkpointId];
      assert.deepEqual(await store.listCheckpointsHolding(pmid(1), 9, options), holding);
      assert.deepEqual(await store.listCheckpointsHolding(pmid(1), 1, options), holding.slice(0, 1));
    });

    test('the status is that of the live revision', async () => {
      await using store = await openStore();
      await commitDocument(store, 1, 'a');
      await commitDocument(store, 1, 'b', { revision: 2, retractionStatus: 'retracted' });
      await commitDocument(store, 2, 'c');
      await commitNext(store, { deletions: [deletion(2)] });
      assert.deepEqual(
        await store.findLiveStatuses([pmid(1), pmid(2), pmid(3)], options),
        new Map([[pmid(1), 'retracted']]),
      );
    });

    for (const limit of [1, 2, 3, 100]) {
      test(`changes are told once each, by pages of ${limit} events`, async () => {
        await using store = await openStore();
        await commitNext(store, {
          revisions: [1, 2, 3, 4].map((number) => revision(number, `a${number}`)),
        });
        await commitNext(store, {
          revisions: [revision(2, 'b2', { revision: 2 }), revision(5, 'b5')],
          deletions: [deletion(3)],
        });
        await commitNext(store, {
          revisions: [revision(2, 'c2', { revision: 3 }), revision(6, 'c6')],
          deletions: [deletion(5)],
        });
        await commitNext(store, {
          revisions: [revision(3, 'a3', { revision: 2 })],
          deletions: [deletion(4)],
        });

        assert.deepEqual(await readChanges(store, { low: 1, high: 4, limit }), [
          'changed 2: 1 to 3 at 2',
          'changed 3: 1 to 2 at 2',
          'entered 6: null to 1 at 3',
          'left 4: 1 to null at 4',
        ]);
        assert.deepEqual(await readChanges(store, { low: 1, high: 2, limit }), [
          'changed 2: 1 to 2 at 2',
          'left 3: 1 to null at 2',
          'entered 5: null to 1 at 2',
        ]);
        assert.deepEqual(await readChanges(store, { low: 0, high: 1, limit }), [
          'entered 1: null to 1 at 1',
          'entered 2: null to 1 at 1',
          'entered 3: null to 1 at 1',
          'entered 4: null to 1 at 1',
        ]);
        assert.deepEqual(await readChanges(store, { low: 4, high: 4, limit }), []);
      });
    }
  });
}

function deletion(number: number) {
  return { pmid: pmid(number), reason: 'deleted', mergedInto: null } as const;
}

function checkpoint(facts: Partial<Checkpoint>): Checkpoint {
  return {
    checkpointId: randomUUID(),
    name: 'Before "the" update',
    description: null,
    primaryQueries: ['a', 'b'],
    parentCheckpointId: null,
    sequence: 3,
    documentCount: 12,
    createdAt: AT.replace('09', '10'),
    ...facts,
  };
}

async function readChanges(
  store: CorpusStore,
  page: { low: number; high: number; limit: number },
): Promise<string[]> {
  const all: Change[] = [];
  let after: ChangePlace | null = null;
  do {
    const { changes, next } = await store.listChanges({ ...page, after }, options);
    assert.ok(changes.length <= page.limit);
    all.push(...changes);
    after = next;
  } while (after !== null);
  const tally = (kind: Change['kind']) => all.filter((one) => one.kind === kind).length;
  const counts = { entered: tally('entered'), changed: tally('changed'), left: tally('left') };
  assert.deepEqual(await store.countChanges(page, options), counts);
  return all.map(
    ({ kind, pmid, before, now, sequence }) => `${kind} ${pmid}: ${before} to ${now} at ${sequence}`,
  );
}
