import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { sql } from 'kysely';
import type { Database } from '../../src/store/database/database.ts';
import type { CorpusRebuild } from '../../src/store/rebuild/corpus-rebuild.ts';
import { createSqlCorpusRebuild } from '../../src/store/rebuild/sql-corpus-rebuild.ts';
import { LINE_KINDS } from '../../src/store/state/lines/line-kinds.ts';
import { shareDatabase, testDatabases } from '../support/postgres/databases.ts';

const ID = '018f2f5e-0000-7000-8000-000000000001';
const day = (number: number) => `2026-03-0${number}T00:00:00.000Z`;
const payload = {
  type: 'payload',
  pmid: '1',
  content_hash: 'a',
  s3_uri: 'file:///x/pubmed/raw/1',
  fetched_at: day(1),
  version: 1,
  current: true,
};
const revision = {
  type: 'revision',
  pmid: '1',
  revision: 1,
  version: 1,
  document_hash: 'd',
  content_hash: 'a',
  entered_sequence: 1,
};
const tombstone = { type: 'tombstone', pmid: '1', reason: 'deleted', merged_into: null, deleted_at: day(1) };
const file = { type: 'file', file_hash: 'f', md5: 'm', name: 'n' };
const quarantined = { type: 'quarantined', content_hash: 'a', pmid: null, s3_uri: 'x', source: 's' };
const checkpoint = {
  type: 'checkpoint',
  checkpointId: ID,
  name: 'c',
  description: null,
  primaryQueries: [],
  parentCheckpointId: null,
  sequence: 1,
  documentCount: 1,
  createdAt: day(1),
};
const watermark = { type: 'watermark', term: 't', run_id: null };

/**
 * Two lines of one thing, and what decides between them: the second has the last word, in whatever
 * order they come.
 */
const PAIRS: [what: string, table: string, column: string, earlier: object, later: object, value: unknown][] =
  [
    [
      'payload',
      'pubmed_archive_history',
      'version',
      { ...payload, sequence: 1 },
      { ...payload, sequence: 2, version: 2 },
      2,
    ],
    [
      'payload',
      'staged_pointers',
      'version',
      { ...payload, sequence: 1 },
      { ...payload, sequence: 2, version: 2 },
      2,
    ],
    [
      'revision',
      'staged_revisions',
      'left_sequence',
      { ...revision, left_sequence: null },
      { ...revision, left_sequence: 5 },
      5,
    ],
    [
      'tombstone',
      'tombstones',
      'reason',
      { ...tombstone, sequence: 1 },
      { ...tombstone, sequence: 2, reason: 'merged', merged_into: '2' },
      'merged',
    ],
    [
      'file_rank',
      'staged_file_ranks',
      'file_rank',
      { type: 'file_rank', file_rank: 1, pmids: ['1'] },
      { type: 'file_rank', file_rank: 2, pmids: ['1'] },
      2,
    ],
    [
      'withdrawal',
      'withdrawals',
      'file_rank',
      { type: 'withdrawal', file_rank: 1, pmids: ['1'] },
      { type: 'withdrawal', file_rank: 2, pmids: ['1'] },
      2,
    ],
    [
      'file',
      'loaded_files',
      'items_done',
      { ...file, items_done: 1, finished_at: null },
      { ...file, items_done: 2, finished_at: null },
      2,
    ],
    [
      'file',
      'loaded_files',
      'finished_at is not null',
      { ...file, items_done: 2, finished_at: null },
      { ...file, items_done: 2, finished_at: day(1) },
      true,
    ],
    [
      'quarantined',
      'quarantined_records',
      'reason',
      { ...quarantined, reason: 'one', quarantined_at: day(1) },
      { ...quarantined, reason: 'two', quarantined_at: day(2) },
      'two',
    ],
    [
      'watermark',
      'watermarks',
      "to_char(complete_to, 'YYYY-MM-DD')",
      { ...watermark, complete_to: '2026-01-01', updated_at: day(1) },
      { ...watermark, complete_to: '2026-02-01', updated_at: day(2) },
      '2026-02-01',
    ],
    [
      'checkpoint_deleted',
      'staged_checkpoints',
      'deleted',
      checkpoint,
      { type: 'checkpoint_deleted', checkpointId: ID },
      true,
    ],
  ];
/**
 * Neither holds to a greater order: of a checkpoint there is one line, and a list's parts follow each other.
 */
const OTHERS = new Set(['checkpoint', 'query_pmids']);

test('two lines of one thing are tried of every kind', () => {
  const tried = new Set([...PAIRS.map(([what]) => what), ...OTHERS]);
  assert.deepEqual(
    LINE_KINDS.map(({ type }) => type).filter((type) => !tried.has(type)),
    [],
  );
});

// One SQL text for both engines: the rebuild's own tests run it on either.
for (const engine of testDatabases.slice(0, 1)) {
  const openDatabase = shareDatabase(engine);
  let kysely: Database['kysely'];
  let rebuild: CorpusRebuild;
  before(async () => {
    const database = await openDatabase();
    kysely = database.kysely;
    rebuild = createSqlCorpusRebuild({ database, archiveRoot: 'file:///y/', prefix: 'pubmed' });
    await rebuild.begin({ signal: new AbortController().signal });
  });
  for (const [what, table, column, earlier, later, value] of PAIRS) {
    test(`${what}: the greater one stays in ${table}, told first or last, together or apart`, async ({
      signal,
    }) => {
      const staged = sql.raw(`corpus_rebuild.${table}`);
      for (const calls of [
        [[earlier, later]],
        [[later, earlier]],
        [[earlier], [later]],
        [[later], [earlier]],
      ]) {
        await sql`delete from ${staged}`.execute(kysely);
        for (const lines of calls) await rebuild.restore(lines, { signal });
        const { rows } = await sql<{ value: unknown }>`
          select ${sql.raw(column)} as value from ${staged}`.execute(kysely);
        assert.deepEqual(rows, [{ value }]);
      }
    });
  }
}
