import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sql } from 'kysely';
import type { Database } from '../../src/store/database/database.ts';
import { requireRows } from '../../src/store/database/require-rows.ts';
import { findMiscount, foldCounts, readTotals } from '../../src/store/kept-counts.ts';
import type { NewRevision } from '../../src/store/port/commit-batch.ts';
import { createSqlCorpusFigures } from '../../src/store/sql-corpus-figures.ts';
import { createSqlCorpusStore } from '../../src/store/sql-corpus-store.ts';
import { shareDatabase, testDatabases } from '../support/postgres/databases.ts';
import { migrateAnew } from '../support/postgres/migrate-anew.ts';
import { openSeededRandom, type SeededRandom, toSeededRandom } from '../support/seeded-random.ts';
import {
  archived,
  commitDocument,
  commitHeld,
  commitNext,
  options,
  pmid,
  revision,
} from './sample-batches.ts';

for (const testDatabase of testDatabases) {
  const openDatabase = shareDatabase(testDatabase);

  describe(`the counts that are kept on ${testDatabase.name}`, () => {
    test('a random history of commits leaves them what the rows say, also where commits fail', async (context) => {
      const random = toSeededRandom(openSeededRandom(context));
      const database = await openDatabase();
      await using store = createSqlCorpusStore({ database });
      const revisions = new Map<number, number>();
      for (let round = 0; round < 30; round++) {
        const numbers = [1, 2, 3, 4, 5, 6, 7, 8].filter(() => random.chance(0.4));
        const gone = numbers.filter(() => random.chance(0.3));
        const entered = numbers
          .filter((number) => !gone.includes(number))
          .map((number) => {
            const next = (revisions.get(number) ?? 0) + 1;
            return revision(number, `${round} ${number}`, { revision: next, ...toFacts(random) });
          });
        const changes = {
          archived: entered.map((one) => archived(Number(one.pmid), `${round} ${one.pmid}`)),
          revisions: entered,
          deletions: gone.map((number) => {
            return { pmid: pmid(number), reason: 'deleted' as const, mergedInto: null };
          }),
        };
        const fails = random.chance(0.3);
        const committing = fails
          ? store.withPublishLock(() => commitHeld(store, { ...changes, after: 1_000_000 }), options)
          : commitNext(store, changes);
        if (fails) await assert.rejects(committing, /not the last sequence number/);
        else await committing;
        if (!fails) for (const one of entered) revisions.set(Number(one.pmid), one.revision);
        const counts = await store.countCorpus(options);
        assert.deepEqual(counts, await countRows(database), `round ${round}`);
        const { documents, chunks } = counts;
        assert.deepEqual(await readTotals(database.kysely, options), { documents, chunks });
        assert.equal(await findMiscount(database.kysely), null);
        if (random.chance(0.1)) await database.kysely.transaction().execute(foldCounts);
      }
      assert.ok(await isKept(database));
    });

    test('what the release before commits is counted like the rest', async () => {
      const database = await openDatabase();
      await using store = createSqlCorpusStore({ database });
      await commitDocument(store, 1, 'a', { year: 1999, journal: 'Lancet' });
      await database.kysely.transaction().execute(foldCounts);
      await sql`insert into revisions select '2', revision, version, document_hash, content_hash, kind, 2001, 'Gut',
        retraction_status, 5, 2, null, document from revisions where pmid = '1'`.execute(database.kysely);
      await sql`update corpus_state set sequence = 2, document_count = 2`.execute(database.kysely);

      assert.deepEqual(await store.countCorpus(options), await countRows(database));
      const { documents, chunks } = await createSqlCorpusFigures({ database }).read(options);
      assert.deepEqual([documents, chunks], [2, 7]);

      for (let number = 3; number <= 12; number++) await commitDocument(store, number, `c ${number}`);
      assert.ok((await findKept(database)) >= 10, 'a commit has folded them in');
      assert.deepEqual(await store.countCorpus(options), await countRows(database));
      assert.equal(await findMiscount(database.kysely), null);
    });

    test('a commit adds to what is kept, and counts no row', async () => {
      const database = await openDatabase();
      await using store = createSqlCorpusStore({ database });
      await commitDocument(store, 1, 'a', { chunkCount: 2, journal: 'Gut' });
      await database.kysely.transaction().execute(foldCounts);
      await sql`update live_counts set chunks = 100`.execute(database.kysely);
      await sql`update live_group_counts set documents = 10 where kind = 'journal'`.execute(database.kysely);
      await commitDocument(store, 2, 'b', { chunkCount: 3, journal: 'Gut' });
      for (let round = 0; round < 2; round++) {
        const { chunks, topJournals } = await store.countCorpus(options);
        assert.deepEqual([chunks, topJournals], [103, [{ journal: 'Gut', documents: 11 }]]);
        await database.kysely.transaction().execute(foldCounts);
      }
    });

    test('an index that was made anew by the release before makes them count for nothing', async () => {
      const database = await openDatabase();
      await using store = createSqlCorpusStore({ database });
      await commitDocument(store, 1, 'a');
      await database.kysely.transaction().execute(foldCounts);
      await sql`update corpus_state set index_generation = index_generation + 1`.execute(database.kysely);
      assert.equal(await isKept(database), false);
      assert.deepEqual(await store.countCorpus(options), await countRows(database));
      await database.kysely.transaction().execute(foldCounts);
      assert.ok(await isKept(database));
      assert.deepEqual(await store.countCorpus(options), await countRows(database));
    });

    test('the migration keeps those of a corpus that is there', async () => {
      const database = await openDatabase();
      await using store = createSqlCorpusStore({ database });
      await commitDocument(store, 1, 'a', { year: 1999, journal: 'Lancet', retractionStatus: 'retracted' });
      await commitDocument(store, 1, 'b', { revision: 2, year: null, journal: 'Gut', chunkCount: 4 });
      await commitDocument(store, 2, 'c', { year: 2000, journal: null });
      await migrateAnew(database, 'kept_counts', ['drop table live_counts, live_group_counts']);

      assert.ok(await isKept(database));
      assert.equal(await findMiscount(database.kysely), null);
      assert.deepEqual(await store.countCorpus(options), await countRows(database));
    });

    test('a count that the rows do not bear out is a damaged database', async () => {
      const database = await openDatabase();
      await using store = createSqlCorpusStore({ database });
      await commitDocument(store, 1, 'a', { year: 1999, journal: 'Lancet', chunkCount: 2 });
      await database.kysely.transaction().execute(foldCounts);
      await requireRows(database);
      const damages = [
        'update live_counts set chunks = chunks + 1',
        `delete from live_group_counts where kind = 'journal'`,
        `update live_group_counts set documents = 7 where kind = 'year'`,
      ];
      for (const damage of damages) {
        await assert.rejects(
          database.kysely.transaction().execute(async (transaction) => {
            await sql.raw(damage).execute(transaction);
            await requireRows({ kysely: transaction });
          }),
          { code: 'DB_UNAVAILABLE', hint: /its counts tell of .* its rows of/ },
          damage,
        );
      }
    });
  });
}

function toFacts(random: SeededRandom): Partial<NewRevision> {
  return {
    year: random.pick([null, 1999, 2000, 2001]),
    journal: random.pick([null, 'Gut', 'Lancet', 'Angle', 'Zoo']),
    retractionStatus: random.pick(['none', 'retracted', 'corrected']),
    chunkCount: random.pick([0, 1, 7]),
  };
}

/** By hand, from every row. */
async function countRows({ kysely }: Pick<Database, 'kysely'>) {
  const rows = (await kysely.selectFrom('revisions').selectAll().execute()).filter(
    ({ left_sequence }) => left_sequence === null,
  );
  const years = Map.groupBy(rows, ({ year }) => year);
  const journals = Map.groupBy(rows, ({ journal }) => journal);
  return {
    documents: rows.length,
    chunks: rows.reduce((sum, { chunk_count }) => sum + chunk_count, 0),
    retracted: rows.filter(({ retraction_status }) => retraction_status === 'retracted').length,
    byYear: [...years]
      .flatMap(([year, { length }]) => (year === null ? [] : [{ year, documents: length }]))
      .sort((a, b) => a.year - b.year),
    topJournals: [...journals]
      .flatMap(([journal, { length }]) => (journal === null ? [] : [{ journal, documents: length }]))
      .sort((a, b) => b.documents - a.documents || (a.journal < b.journal ? -1 : 1)),
  };
}

async function isKept(database: Pick<Database, 'kysely'>): Promise<boolean> {
  return (await findKept(database)) >= 0;
}

/** As of which number; -1 where they count for nothing. */
async function findKept({ kysely }: Pick<Database, 'kysely'>): Promise<number> {
  const { rows } = await sql<{ sequence: number }>`
    select live_counts.sequence from live_counts join corpus_state using (index_generation)`.execute(kysely);
  return rows[0]?.sequence ?? -1;
}
