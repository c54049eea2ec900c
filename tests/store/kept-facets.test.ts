import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sql } from 'kysely';
import type { Database } from '../../src/store/database/database.ts';
import { requireRows } from '../../src/store/database/require-rows.ts';
import { findMiscountedFacet, foldFacets } from '../../src/store/kept-facets.ts';
import type { FacetCounts } from '../../src/store/port/corpus-facts.ts';
import { createSqlCorpusStore } from '../../src/store/sql-corpus-store.ts';
import { shareDatabase, testDatabases } from '../support/postgres/databases.ts';
import { migrateAnew } from '../support/postgres/migrate-anew.ts';
import { openSeededRandom, toSeededRandom } from '../support/seeded-random.ts';
import { archived, commitDocument, commitNext, options, pmid, revision } from './sample-batches.ts';

for (const testDatabase of testDatabases) {
  const openDatabase = shareDatabase(testDatabase);

  describe(`languages, types and growth on ${testDatabase.name}`, () => {
    test('a random history of commits leaves them what the rows say', async (context) => {
      const random = toSeededRandom(openSeededRandom(context));
      const database = await openDatabase();
      await using store = createSqlCorpusStore({ database });
      const revisions = new Map<number, number>();
      for (let round = 0; round < 25; round++) {
        const numbers = [1, 2, 3, 4, 5, 6].filter(() => random.chance(0.4));
        const gone = numbers.filter(() => random.chance(0.3));
        const entered = numbers
          .filter((number) => !gone.includes(number))
          .map((number) => {
            const next = (revisions.get(number) ?? 0) + 1;
            revisions.set(number, next);
            return revision(number, `${round} ${number}`, {
              revision: next,
              languages: random.pick([[], ['eng'], ['eng', 'fre', 'eng'], ['ger']]),
              publicationTypes: random.pick([[], ['Review'], ['Review', 'Letter\nof two lines']]),
            });
          });
        await commitNext(store, {
          archived: entered.map((one) => archived(Number(one.pmid), `${round} ${one.pmid}`)),
          revisions: entered,
          deletions: gone.map((number) => ({
            pmid: pmid(number),
            reason: 'deleted' as const,
            mergedInto: null,
          })),
        });
        assert.deepEqual(await store.countFacets(options), await countRows(database), `round ${round}`);
        assert.equal(await findMiscountedFacet(database.kysely), null);
        if (random.chance(0.2)) await database.kysely.transaction().execute(foldFacets);
      }
    });

    test('the migration keeps those of a corpus that is there, which tell none', async () => {
      const database = await openDatabase();
      await using store = createSqlCorpusStore({ database });
      await commitDocument(store, 1, 'a');
      await commitDocument(store, 2, 'b');
      await migrateAnew(database, 'facets', UNDO);
      const none = [{ name: null, documents: 2 }];
      assert.deepEqual(await store.countFacets(options), { languages: none, publicationTypes: none });
      assert.deepEqual(await store.listGrowth(options), [{ day: '2026-03-01', documents: 2 }]);
      await commitDocument(store, 3, 'c', { languages: ['fre'], publicationTypes: ['Review'] });
      await database.kysely.transaction().execute(foldFacets);
      const { languages } = await store.countFacets(options);
      assert.deepEqual(languages, [...none, { name: 'fre', documents: 1 }]);
      await requireRows(database);
    });

    test('what the release before commits is counted as telling none', async () => {
      const database = await openDatabase();
      await using store = createSqlCorpusStore({ database });
      await commitDocument(store, 1, 'a');
      await database.kysely.transaction().execute(foldFacets);
      await sql`insert into revisions (pmid, revision, version, document_hash, content_hash, kind, retraction_status,
          chunk_count, entered_sequence, document)
        select '2', revision, version, document_hash, content_hash, kind, retraction_status, chunk_count, 2, document
        from revisions where pmid = '1'`.execute(database.kysely);
      await sql`update corpus_state set sequence = 2, document_count = 2`.execute(database.kysely);
      assert.deepEqual((await store.countFacets(options)).languages, [
        { name: null, documents: 1 },
        { name: 'eng', documents: 1 },
      ]);
    });

    test('a count that the rows do not bear out is a damaged database', async () => {
      const database = await openDatabase();
      await using store = createSqlCorpusStore({ database });
      await commitDocument(store, 1, 'a');
      await database.kysely.transaction().execute(foldFacets);
      await sql`update live_facet_counts set documents = 7 where kind = 'type'`.execute(database.kysely);
      await assert.rejects(requireRows(database), {
        hint: /7 documents \(type Journal Article\).*its rows of 1/,
      });
    });

    test('growth is the last word of each day, and of a month that is long past the last of its days', async () => {
      const database = await openDatabase();
      await using store = createSqlCorpusStore({ database });
      const commitAt = (number: number, at: string) =>
        commitNext(store, {
          at,
          archived: [archived(number, `${number}`)],
          revisions: [revision(number, `${number}`)],
        });
      await commitAt(1, '2025-01-10T12:00:00Z');
      await commitAt(2, '2025-01-20T12:00:00Z');
      await commitAt(3, '2025-02-02T23:30:00-05:00');
      for (let day = 1; day <= 31; day++) {
        await commitAt(10 + day, `2026-03-${String(day).padStart(2, '0')}T01:00:00Z`);
      }
      await commitNext(store, {
        at: '2026-03-31T23:00:00Z',
        deletions: [{ pmid: pmid(1), reason: 'deleted', mergedInto: null }],
      });
      // Nothing of it becomes a day of growth.
      await commitNext(store, { at: '2026-04-05T12:00:00Z', archived: [archived(99, 'unreadable')] });
      await commitNext(store, {
        at: '2026-04-06T12:00:00Z',
        deletions: [{ pmid: pmid(1), reason: 'deleted', mergedInto: null }],
      });
      const growth = await store.listGrowth(options);
      assert.deepEqual(growth.slice(0, 3), [
        { day: '2025-01-20', documents: 2 },
        { day: '2025-02-03', documents: 3 },
        { day: '2026-03-01', documents: 4 },
      ]);
      assert.deepEqual([growth.length, growth.at(-1)], [33, { day: '2026-03-31', documents: 33 }]);
    });
  });
}

/** By hand, from every row. */
async function countRows({ kysely }: Pick<Database, 'kysely'>): Promise<FacetCounts> {
  const rows = await kysely.selectFrom('revisions').selectAll().where('left_sequence', 'is', null).execute();
  const count = (column: 'languages' | 'publication_types') => {
    const names = rows.flatMap((row) => row[column]?.split('\n') ?? [null]);
    return [...Map.groupBy(names, (name) => name)]
      .map(([name, { length }]) => ({ name, documents: length }))
      .sort(
        (one, other) => other.documents - one.documents || ((one.name ?? '') < (other.name ?? '') ? -1 : 1),
      );
  };
  return { languages: count('languages'), publicationTypes: count('publication_types') };
}

/** What the migration made. */
const UNDO = [
  'drop table live_facets, live_facet_counts, corpus_growth',
  'alter table revisions drop column languages, drop column publication_types',
];
