import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sql } from 'kysely';
import { findMiscited } from '../../src/store/cited-by.ts';
import { requireRows } from '../../src/store/database/require-rows.ts';
import { createSqlCorpusStore } from '../../src/store/sql-corpus-store.ts';
import { shareDatabase, testDatabases } from '../support/postgres/databases.ts';
import { migrateAnew } from '../support/postgres/migrate-anew.ts';
import { openSeededRandom, toSeededRandom } from '../support/seeded-random.ts';
import { archived, commitDocument, commitNext, options, pmid, revision } from './sample-batches.ts';

const cites = (...numbers: number[]) => ({ cited: Int32Array.from(numbers) });
const NOW = { sequence: null, limit: 50 };
/** Two of one bucket, one of another, and the largest that a PMID can be. */
const CITED = [7, 263, 8, 999_999_999];

for (const testDatabase of testDatabases) {
  const openDatabase = shareDatabase(testDatabase);

  describe(`what cites a PMID on ${testDatabase.name}`, () => {
    test('a random history of commits is told right after each, and each earlier moment for ever', async (context) => {
      const random = toSeededRandom(openSeededRandom(context));
      const database = await openDatabase();
      await using store = createSqlCorpusStore({ database });
      const live = new Map<number, { revision: number; cited: number[] }>();
      const latest = new Map<number, number>();
      const moments: { sequence: number; citing: number[][] }[] = [];
      for (let round = 0; round < 20; round++) {
        const numbers = [1, 2, 3, 4, 5].filter(() => random.chance(0.4));
        const gone = numbers.filter(() => random.chance(0.3));
        const entered = numbers.filter((number) => !gone.includes(number));
        for (const number of gone) live.delete(number);
        for (const number of entered) {
          const next = (latest.get(number) ?? 0) + 1;
          latest.set(number, next);
          live.set(number, { revision: next, cited: CITED.filter(() => random.chance(0.5)) });
        }
        const sequence = await commitNext(store, {
          archived: entered.map((number) => archived(number, `${round} ${number}`)),
          revisions: entered.map((number) => {
            const { revision: next = 1, cited = [] } = live.get(number) ?? {};
            return revision(number, `${round} ${number}`, { revision: next, ...cites(...cited) });
          }),
          deletions: gone.map((number) => ({ pmid: pmid(number), reason: 'deleted', mergedInto: null })),
        });
        const citing = CITED.map((one) =>
          [...live.keys()].filter((key) => live.get(key)?.cited.includes(one)),
        );
        moments.push({ sequence, citing });
        const told = await Promise.all(CITED.map((one) => store.listCiting(pmid(one), NOW, options)));
        for (const [at, { revisions, total, isComplete }] of told.entries()) {
          assert.deepEqual(
            revisions.map((one) => [Number(one.pmid), one.revision]).sort(),
            citing[at]?.map((number) => [number, live.get(number)?.revision]).sort(),
          );
          assert.deepEqual([total, isComplete], [citing[at]?.length, true]);
        }
      }
      for (const { sequence, citing } of moments) {
        for (const [at, one] of CITED.entries()) {
          const { revisions } = await store.listCiting(pmid(one), { sequence, limit: 50 }, options);
          assert.deepEqual(revisions.map((row) => Number(row.pmid)).sort(), citing[at]?.sort());
        }
      }
      assert.equal(await findMiscited(database.kysely), null);
    });

    test('the newest come first, at most as many as are asked for, with the number of all', async () => {
      const database = await openDatabase();
      await using store = createSqlCorpusStore({ database });
      for (const [number, year] of [
        [9, 2001],
        [10, 2001],
        [11, null],
        [12, 2020],
      ] as const) {
        await commitDocument(store, number, `${number}`, { year, ...cites(7) });
      }
      const list = (limit: number) => store.listCiting(pmid(7), { sequence: null, limit }, options);
      const { revisions, total } = await list(3);
      assert.deepEqual(
        revisions.map((one) => one.pmid),
        ['12', '10', '9'],
      );
      assert.equal(total, 4);
      assert.equal((await list(50)).revisions.length, 4);
      assert.deepEqual(await store.listCiting(pmid(70), NOW, options), {
        revisions: [],
        total: 0,
        isComplete: true,
      });
    });

    test('the migration says of a corpus that is there that it is not told what that cites', async () => {
      const database = await openDatabase();
      await using store = createSqlCorpusStore({ database });
      const before = await commitDocument(store, 1, 'a', cites(7));
      await migrateAnew(database, 'cited_by', UNDO);
      const now = () => store.listCiting(pmid(7), NOW, options);
      assert.deepEqual(await now(), { revisions: [], total: 0, isComplete: false });
      await requireRows(database);
      await commitNext(store, {
        archived: [archived(1, 'b')],
        revisions: [revision(1, 'b', { revision: 2, ...cites(7) })],
      });
      assert.deepEqual(await now(), { revisions: [{ pmid: '1', revision: 2 }], total: 1, isComplete: true });
      const then = await store.listCiting(pmid(7), { sequence: before, limit: 50 }, options);
      assert.deepEqual([then.total, then.isComplete], [0, false]);
    });

    test('pairs that the revisions do not bear out are a damaged database', async () => {
      const database = await openDatabase();
      await using store = createSqlCorpusStore({ database });
      await commitDocument(store, 1, 'a', cites(7, 8));
      await sql`delete from cited_by where bucket = 8`.execute(database.kysely);
      await assert.rejects(requireRows(database), { hint: /cite 2 PMIDs.*tells of 1/ });
    });

    test('a question reads one bucket and no revision but those that it finds', async () => {
      const database = await openDatabase();
      await using store = createSqlCorpusStore({ database });
      const numbers = Array.from({ length: 2_000 }, (_, at) => at + 1);
      await commitNext(store, {
        archived: numbers.map((number) => archived(number, `${number}`)),
        revisions: numbers.map((number) => revision(number, `${number}`, cites(number + 1))),
      });
      const { rows } = await sql<{ 'QUERY PLAN': string }>`
        explain select from revisions as r where r.cited_count is null and r.left_sequence is null limit 1`.execute(
        database.kysely,
      );
      assert.match(rows.map((row) => row['QUERY PLAN']).join('\n'), /revisions_without_cited/);
      assert.deepEqual((await store.listCiting(pmid(101), NOW, options)).revisions, [
        { pmid: '100', revision: 1 },
      ]);
    });
  });
}

/** What the migration made. */
const UNDO = ['drop table cited_by', 'alter table revisions drop column cited_count'];
