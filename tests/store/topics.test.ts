import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import type { CorpusStore } from '../../src/store/corpus-store.ts';
import { createSqlCorpusStore } from '../../src/store/sql-corpus-store.ts';
import { shareDatabase, testDatabases } from '../support/postgres/databases.ts';
import { migrateAnew } from '../support/postgres/migrate-anew.ts';
import { archived, commitNext, options, pmid, revision } from './sample-batches.ts';

const ALL = { emptySince: '2000-01-01T00:00:00.000Z' };

/** As a run leaves a query that brought `numbers` in all. */
async function follow(store: CorpusStore, term: string, numbers: number[], day: string, isWhole = true) {
  const listId = randomUUID();
  const at = `${day}T22:30:00.000Z`;
  await store.startList({ listId, request: term, windowFrom: null, windowTo: day, listedAt: at }, options);
  await store.addToList(listId, numbers.map(pmid), options);
  await store.finishList(listId, { truncated: !isWhole, term }, options);
  const completeTo = isWhole ? day : null;
  await store.closeList(listId, { term, completeTo, today: day, runId: randomUUID(), at }, options);
}

for (const testDatabase of testDatabases) {
  const openDatabase = shareDatabase(testDatabase);

  describe(`topics on ${testDatabase.name}`, () => {
    test('tell the size at the end of each day on which one was followed, and the last warnings', async () => {
      await using store = createSqlCorpusStore({ database: await openDatabase() });
      const [at, later] = ['2026-03-01T08:00:00.000Z', '2026-03-02T08:00:00.000Z'];
      await store.saveTopic({ term: 'falls', at, warnings: ['Not found: flals.'] }, options);
      await follow(store, 'falls', [1, 2], '2026-03-01');
      await store.saveTopic({ term: 'falls', at: later, warnings: [] }, options);
      await follow(store, 'falls', [2, 3], '2026-03-02');
      await follow(store, 'falls', [4], '2026-03-02');
      await follow(store, 'age', [9], '2026-03-02', false);

      assert.deepEqual(await store.listTopics(ALL, options), [
        { term: 'age', completeTo: null, records: 1, askedAt: null, warnings: [] },
        { term: 'falls', completeTo: '2026-03-02', records: 4, askedAt: later, warnings: [] },
      ]);
      assert.deepEqual(await store.listTopicGrowth('falls', options), [
        { day: '2026-03-01', documents: 2 },
        { day: '2026-03-02', documents: 4 },
      ]);
      assert.equal(await store.findTopic('fall', options), null);
    });

    test('of the days before the latest 31 the last one of each month is told', async () => {
      await using store = createSqlCorpusStore({ database: await openDatabase() });
      const days = Array.from({ length: 34 }, (_, at) => new Date(Date.UTC(2026, 0, 30 + at)));
      for (const [at, day] of days.entries())
        await follow(store, 'a', [at + 1], day.toISOString().slice(0, 10));
      const told = (await store.listTopicGrowth('a', options)).map(({ day }) => day);
      assert.deepEqual(told.slice(0, 2), ['2026-01-31', '2026-02-02']);
      assert.equal(told.length, 32);
    });

    test('one that brought nothing is told with its warning, where it was asked for lately', async () => {
      await using store = createSqlCorpusStore({ database: await openDatabase() });
      const warnings = ['No phrase like it.'];
      await store.saveTopic({ term: 'new', at: '2026-02-01T00:00:00.000Z', warnings }, options);
      await store.saveTopic({ term: 'old', at: '2026-01-01T00:00:00.000Z', warnings }, options);
      const told = await store.listTopics({ emptySince: '2026-01-15T00:00:00.000Z' }, options);
      assert.deepEqual(
        told.map(({ term, warnings }) => [term, warnings]),
        [['new', warnings]],
      );
      assert.deepEqual((await store.findTopic('old', options))?.warnings, warnings);
    });

    test('a term longer than an index takes is a topic like another', async () => {
      await using store = createSqlCorpusStore({ database: await openDatabase() });
      const term = Array.from({ length: 200 }, () => randomUUID()).join(' OR ');
      await store.saveTopic({ term, at: new Date().toISOString(), warnings: [] }, options);
      assert.equal((await store.findTopic(term, options))?.term, term);
    });

    test('the migration counts what is there, by the day on which it was fetched first', async () => {
      const database = await openDatabase();
      await using store = createSqlCorpusStore({ database });
      for (const [number, day] of [
        [1, '2026-02-01'],
        [2, '2026-02-03'],
      ] as const) {
        await commitNext(store, {
          archived: [archived(number, `${number}`, { fetchedAt: `${day}T10:00:00.000Z` })],
          revisions: [revision(number, `${number}`)],
        });
      }
      await follow(store, 'falls', [1, 2, 3], '2026-03-01');
      await migrateAnew(database, 'topics', ['drop table topics, topic_growth']);
      const [topic] = await store.listTopics(ALL, options);
      assert.deepEqual([topic?.records, topic?.completeTo, topic?.askedAt], [3, '2026-03-01', null]);
      assert.deepEqual(await store.listTopicGrowth('falls', options), [
        { day: '2026-02-01', documents: 1 },
        { day: '2026-02-03', documents: 2 },
      ]);
    });
  });
}
