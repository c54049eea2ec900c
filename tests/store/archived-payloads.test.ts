import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import type { Pmid, Sha256 } from '../../src/domain/ids.ts';
import { selectArchived } from '../../src/store/archived-payloads.ts';
import { shareDatabase, testDatabases } from '../support/postgres/databases.ts';

const ROWS = 20_000;
const BATCH = 1_000;

for (const testDatabase of testDatabases) {
  const openDatabase = shareDatabase(testDatabase);

  test(`payloads are looked up by their key, however many are archived, on ${testDatabase.name}`, async () => {
    const { kysely } = await openDatabase();
    await sql`
      insert into pubmed_archive_history (pmid, content_hash, s3_uri, fetched_at, version, sequence)
      select at::text, 'a' || at, 'file:' || at, now(), 1, 1 from generate_series(1, ${ROWS}::int) as at`.execute(
      kysely,
    );
    const asked = Array.from({ length: BATCH }, (_, at) => ({
      pmid: String(2 * at + 1) as Pmid,
      contentHash: `${at === 0 ? 'another' : 'a'}${2 * at + 1}` as Sha256,
    }));
    const { rows } = await selectArchived(asked).execute(kysely);
    const { rows: plan } = await sql<{ 'QUERY PLAN': string }>`explain ${selectArchived(asked)}`.execute(
      kysely,
    );
    assert.deepEqual(
      rows.map(({ pmid, s3_uri }) => [pmid, s3_uri]),
      asked.slice(1).map(({ pmid }) => [pmid, `file:${pmid}`]),
    );
    const lines = plan.map((row) => row['QUERY PLAN']).join('\n');
    assert.match(lines, /pubmed_archive_history_pkey/);
    assert.doesNotMatch(lines, /Seq Scan/);
  });
}
