import { type Kysely, sql } from 'kysely';
import type { StateLine } from '../corpus-store.ts';
import { toInstant } from '../instants.ts';
import type { Schema } from '../schema.ts';

/** PMIDs of one line: some 100 kB before compression. */
const PMIDS_A_LINE = 10_000;

/**
 * Watermarks and lists of queries that `state/` does not tell yet. A list comes whole, in lines that follow each other:
 * `part` 0 begins it anew and takes the place of whatever was told before.
 */
export async function* listQueries(kysely: Kysely<Schema>): AsyncIterable<StateLine> {
  const rows = await kysely
    .selectFrom('watermarks')
    .select(['term', 'updated_at', 'run_id', 'in_state', 'list_in_state'])
    .select(sql<string | null>`to_char(complete_to, 'YYYY-MM-DD')`.as('complete_to'))
    .where((row) => row.or([row('in_state', '=', false), row('list_in_state', '=', false)]))
    .orderBy('term')
    .execute();
  for (const { term, updated_at, run_id, in_state, list_in_state, complete_to } of rows) {
    if (!in_state) {
      yield { type: 'watermark', term, complete_to, updated_at: toInstant(updated_at), run_id };
    }
    if (!list_in_state) yield* listPmids(kysely, term);
  }
}

export async function markQueriesWritten(kysely: Kysely<Schema>): Promise<void> {
  await kysely
    .updateTable('watermarks')
    .set({ in_state: true, list_in_state: true })
    .where((row) => row.or([row('in_state', '=', false), row('list_in_state', '=', false)]))
    .execute();
}

async function* listPmids(kysely: Kysely<Schema>, term: string): AsyncIterable<StateLine> {
  let after = '';
  for (let part = 0; ; part += 1) {
    const rows = await kysely
      .selectFrom('query_pmids')
      .select(['pmid', 'owed'])
      .where('term', '=', term)
      .where('pmid', '>', after)
      .orderBy('pmid')
      .limit(PMIDS_A_LINE)
      .execute();
    const last = rows.at(-1);
    if (last === undefined && part > 0) return;
    const owed = rows.filter((row) => row.owed).map(({ pmid }) => pmid);
    yield { type: 'query_pmids', term, part, pmids: rows.map(({ pmid }) => pmid), owed };
    if (last === undefined || rows.length < PMIDS_A_LINE) return;
    after = last.pmid;
  }
}
