import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sql } from 'kysely';
import type { ArchiveUri } from '../../src/domain/corpus/archive-key.ts';
import { toSha256 } from '../../src/domain/ids.ts';
import { createSqlCorpusStore } from '../../src/store/sql-corpus-store.ts';
import { testDatabases } from '../support/postgres/databases.ts';

const HASH = toSha256('a'.repeat(64));

for (const { name, open } of testDatabases) {
  describe(`the archive's root on ${name}`, () => {
    test('every address follows a data folder that was moved', async ({ signal }) => {
      const database = await open();
      await using store = createSqlCorpusStore({ database });
      assert.equal(await store.settleArchiveRoot('file:///old/100%25/', { signal }), false);
      await store.commit(
        {
          batchId: '00000000-0000-4000-8000-000000000000',
          after: 0,
          sequence: 1,
          at: '2026-01-01T00:00:00Z',
          archived: [],
          moved: [],
          revisions: [],
          deletions: [],
          quarantined: [
            {
              contentHash: HASH,
              pmid: null,
              reason: 'no PMID',
              uri: 'file:///old/100%25/pubmed/x.json.zst' as ArchiveUri,
              source: 'a.xml',
            },
          ],
          file: null,
          confirmed: null,
          withdrawn: null,
        },
        { signal },
      );

      const runId = '00000000-0000-4000-8000-000000000001';
      const manifest = 'file:///old/100%25/pubmed/manifests/sync_run=1.json';
      await sql`
        insert into runs (run_id, tool, params, state, manifest, started_at)
        values (${runId}, 'pubmed.sync', '{}', 'succeeded', ${manifest}, now())`.execute(database.kysely);
      await sql`
        insert into jobs (id, tool, params, params_hash, state, result_ref, result, run_after, created_at,
          finished_at, updated_at)
        values (${runId}, 'pubmed.sync', '{}', '', 'succeeded', ${manifest},
          ${JSON.stringify({ term: 'file:///old/100%25/', manifest })}::json, now(), now(), now(), now())`.execute(
        database.kysely,
      );

      assert.equal(await store.settleArchiveRoot('file:///new/', { signal }), true);

      const { rows } = await sql`
        select runs.manifest, jobs.result_ref, jobs.result from runs, jobs`.execute(database.kysely);
      const moved = 'file:///new/pubmed/manifests/sync_run=1.json';
      const result = { term: 'file:///old/100%25/', manifest: moved };
      assert.deepEqual(rows, [{ manifest: moved, result_ref: moved, result }]);
      const found = await store.findQuarantined([HASH], { signal });
      assert.equal(found.get(HASH), 'file:///new/pubmed/x.json.zst');
    });

    const refused = [
      ['file:///old/', 's3://bucket/'],
      ['s3://bucket/', 'file:///new/'],
      ['s3://bucket/', 's3://another/'],
    ] as const;
    for (const [before, after] of refused) {
      test(`an archive that went from ${before} to ${after} is refused, since its objects have other addresses`, async ({
        signal,
      }) => {
        await using store = createSqlCorpusStore({ database: await open() });
        await store.settleArchiveRoot(before, { signal });
        await assert.rejects(store.settleArchiveRoot(after, { signal }), {
          code: 'VALIDATION',
          message: `the corpus was archived below ${before}, and the settings lead to ${after}`,
        });
      });
    }
  });
}
