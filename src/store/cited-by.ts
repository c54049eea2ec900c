import { type Kysely, sql } from 'kysely';
import type { CallOptions } from '../domain/call-options.ts';
import type { Pmid } from '../domain/ids.ts';
import { copyRows } from './database/copy-statement.ts';
import type { CitingRevisions } from './port/document-reads.ts';
import type { Schema } from './schema.ts';

/**
 * `cited_by` holds what each revision cites, packed by the cited PMID: an index of single pairs, ten a
 * record, would cost a load several times as much. Rows are written once and never changed: whether a pair
 * counts, now or in a checkpoint, the citing revision tells.
 */
const BUCKETS = 256;

interface Citing {
  pmid: Pmid;
  /** Each once. */
  cited: Int32Array;
  enteredSequence: number;
}

/** In the transaction that writes the revisions; all that enter with one number come together. */
export async function copyCited(database: Kysely<Schema>, revisions: readonly Citing[]): Promise<void> {
  const bySequence = Map.groupBy(revisions, ({ enteredSequence }) => enteredSequence);
  await copyRows(
    database,
    'cited_by',
    { bucket: 'int4', sequence: 'int8', cited: 'int4[]', citing: 'int4[]' },
    [...bySequence].flatMap(([sequence, some]) =>
      toBuckets(some).flatMap(({ cited, citing }, bucket) =>
        cited.length === 0 ? [] : [[bucket, sequence, Int32Array.from(cited), Int32Array.from(citing)]],
      ),
    ),
  );
}

function toBuckets(revisions: readonly Citing[]): { cited: number[]; citing: number[] }[] {
  const buckets = Array.from({ length: BUCKETS }, () => ({ cited: [] as number[], citing: [] as number[] }));
  for (const { pmid, cited } of revisions) {
    for (const one of cited) {
      const bucket = buckets[one % BUCKETS];
      bucket?.cited.push(one);
      bucket?.citing.push(Number(pmid));
    }
  }
  return buckets;
}

/** `sequence`: as the corpus was at that number; `null`: as it is. */
export async function listCiting(
  kysely: Kysely<Schema>,
  pmid: Pmid,
  { sequence, limit }: { sequence: number | null; limit: number },
  { signal }: CallOptions,
): Promise<CitingRevisions> {
  const at = sql`${sequence}::int8`;
  const isMember = sql`(${at} is null and r.left_sequence is null
    or r.entered_sequence <= ${at} and (r.left_sequence is null or r.left_sequence > ${at}))`;
  const { rows } = await sql<{ pmid: Pmid; revision: number; total: number }>`
    with pairs as materialized (
      select p.one::text as pmid, c.sequence from cited_by as c, unnest(c.citing, c.cited) as p (one, other)
      where c.bucket = ${Number(pmid) % BUCKETS}::int4 and c.cited @> array[${pmid}::int4]
        and p.other = ${pmid}::int4)
    select r.pmid, r.revision, count(*) over ()::int4 as total
    from pairs, lateral (
      select pmid, revision, year from revisions as r
      where r.pmid = pairs.pmid and r.entered_sequence = pairs.sequence and ${isMember} limit 1) as r
    order by r.year desc nulls last, r.pmid::int4 desc limit ${limit}::int4`.execute(kysely, { signal });
  const { rows: untold } = await sql`
    select from revisions as r where r.cited_count is null and ${isMember} limit 1`.execute(kysely, {
    signal,
  });
  return {
    total: rows[0]?.total ?? 0,
    revisions: rows.map((row) => ({ pmid: row.pmid, revision: row.revision })),
    isComplete: untold.length === 0,
  };
}

/** `null` where revisions and pairs tell of the same. Reads every revision. */
export async function findMiscited(kysely: Kysely<Schema>): Promise<string | null> {
  const { rows } = await sql<{ told: number; kept: number }>`
    select (select coalesce(sum(cited_count), 0)::int8 from revisions) as told,
      (select coalesce(sum(cardinality(citing)), 0)::int8 from cited_by) as kept`.execute(kysely);
  const { told = 0, kept = -1 } = rows[0] ?? {};
  return told === kept ? null : `its revisions cite ${told} PMIDs, and what is kept of that tells of ${kept}`;
}
