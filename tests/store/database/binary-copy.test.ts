import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sql } from 'kysely';
import type { CopyType, CopyValue } from '../../../src/store/database/binary-copy.ts';
import { copyRows } from '../../../src/store/database/copy-statement.ts';
import { shareDatabase, testDatabases } from '../../support/postgres/databases.ts';
import { AT } from '../sample-batches.ts';

const TEXTS = [
  '',
  ' ',
  '\\N',
  '\\.',
  '"quoted", \'single\'',
  'tab\tline\nreturn\r',
  'β‐catenin',
  '\u{1F9EC}\u{10FFFF}',
  'e\u0301',
  '\u0001\u009b',
  'NULL',
];

for (const testDatabase of testDatabases) {
  const open = shareDatabase(testDatabase);
  describe(`binary COPY on ${testDatabase.name}`, () => {
    test('every text, number, instant and byte comes back as it was', async () => {
      await using database = await open();
      const large = Buffer.alloc(
        3_000_000,
        Uint8Array.from({ length: 256 }, (_, byte) => byte),
      );
      const rows = TEXTS.map((text, at): CopyValue[] => [
        String(at + 1),
        1,
        -at,
        `hash ${at}`,
        text,
        'article',
        at === 0 ? null : at,
        at === 0 ? null : text,
        'none',
        2_147_483_647,
        9_007_199_254_740_991,
        at === 1 ? large : new Uint8Array(at),
      ]);
      const columns: Record<string, CopyType> = {
        pmid: 'text',
        revision: 'int4',
        version: 'int4',
        document_hash: 'text',
        content_hash: 'text',
        kind: 'text',
        year: 'int4',
        journal: 'text',
        retraction_status: 'text',
        chunk_count: 'int4',
        entered_sequence: 'int8',
        document: 'bytea',
      };
      await copyRows(database.kysely, 'revisions', columns, rows);
      const read = await database.kysely.selectFrom('revisions').selectAll().execute();
      read.sort((a, b) => Number(a.pmid) - Number(b.pmid));
      assert.deepEqual(
        read.map((row) => row.content_hash),
        TEXTS,
      );
      assert.deepEqual(
        read.map((row) => row.journal),
        [null, ...TEXTS.slice(1)],
      );
      assert.deepEqual(
        read.map((row) => row.version + 0),
        TEXTS.map((_, at) => 0 - at),
      );
      assert.deepEqual(read[0]?.year, null);
      assert.deepEqual(read[3]?.entered_sequence, Number.MAX_SAFE_INTEGER);
      assert.deepEqual(read[3]?.chunk_count, 2_147_483_647);
      assert.ok(large.equals(read[1]?.document ?? new Uint8Array()));
      assert.deepEqual(
        read.slice(2).map((row) => row.document.length),
        TEXTS.slice(2).map((_, at) => at + 2),
      );
    });

    test('instants keep their milliseconds, also before 2000', async () => {
      await using database = await open();
      const instants = [AT, '1999-12-31T23:59:59.999Z', '1950-06-01T00:00:00.001Z'];
      await copyRows(
        database.kysely,
        'pubmed_archive_history',
        {
          pmid: 'text',
          content_hash: 'text',
          s3_uri: 'text',
          fetched_at: 'timestamptz',
          version: 'int4',
          sequence: 'int8',
        },
        instants.map((instant, at) => [String(at), 'h', 'u', instant, 1, 1]),
      );
      const rows = await database.kysely
        .selectFrom('pubmed_archive_history')
        .selectAll()
        .orderBy('pmid')
        .execute();
      assert.deepEqual(
        rows.map((row) => new Date(row.fetched_at).toISOString()),
        instants,
      );
    });

    test('half of a surrogate pair becomes the replacement character', async () => {
      await using database = await open();
      await copyRows(
        database.kysely,
        'loaded_files',
        { file_hash: 'text', name: 'text', items_done: 'int8' },
        [['a', 'a\uD800b', 1]],
      );
      const [row] = await database.kysely.selectFrom('loaded_files').selectAll().execute();
      assert.equal(row?.name, 'a\uFFFDb');
    });

    test('lists of numbers, of one and of none come back as they were', async () => {
      await using database = await open();
      const lists = [[], [7], [0, -1, 2_147_483_647, -2_147_483_648]];
      await copyRows(
        database.kysely,
        'cited_by',
        { bucket: 'int4', sequence: 'int8', cited: 'int4[]', citing: 'int4[]' },
        lists.map((list, at) => [at, 1, Int32Array.from(list), Int32Array.from(list.toReversed())]),
      );
      const rows = await database.kysely.selectFrom('cited_by').selectAll().orderBy('bucket').execute();
      assert.deepEqual(
        rows.map(({ cited, citing }) => [cited, citing]),
        lists.map((list) => [list, list.toReversed()]),
      );
    });

    test('an error in a COPY leaves the connection usable', async () => {
      await using database = await open();
      const columns = { file_hash: 'text', name: 'text', items_done: 'int8' } as const;
      await assert.rejects(copyRows(database.kysely, 'loaded_files', columns, [['a', null, 1]]));
      await copyRows(database.kysely, 'loaded_files', columns, []);
      const { rows } = await sql<{ one: number }>`select 1 as one`.execute(database.kysely);
      assert.equal(rows[0]?.one, 1);
    });
  });
}
