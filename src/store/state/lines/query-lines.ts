import { type Kysely, sql } from 'kysely';
import { z } from 'zod';
import { toInstant } from '../../instants.ts';
import type { StateLine } from '../../port/state-changes.ts';
import type { Schema } from '../../schema.ts';
import { defineLine, putRows } from './define-line.ts';
import { count, type LineKind, nullable, parseLine, text } from './line-kind.ts';
import { PMIDS_A_LINE } from './pmids-a-line.ts';

/** Up to which day a query is complete. */
export const watermarkLine = defineLine({
  type: 'watermark',
  schema: z.object({ term: text, complete_to: nullable, updated_at: text, run_id: nullable }),
  into: [
    {
      table: 'watermarks',
      columns: {
        term: 'text',
        complete_to: 'date',
        updated_at: 'timestamptz',
        run_id: 'uuid',
        in_state: 'boolean',
        list_in_state: 'boolean',
      },
      key: ['term'],
      order: (row) => `${row}.updated_at`,
      toRows: (line) => [{ ...line, in_state: true, list_in_state: true }],
    },
  ],
  read: {
    by: 'mark',
    async *list(kysely) {
      const rows = await kysely
        .selectFrom('watermarks')
        .select(['term', 'updated_at', 'run_id'])
        .select(sql<string | null>`to_char(complete_to, 'YYYY-MM-DD')`.as('complete_to'))
        .where('in_state', '=', false)
        .orderBy('term')
        .execute();
      for (const { term, updated_at, run_id, complete_to } of rows)
        yield { type: 'watermark', term, complete_to, updated_at: toInstant(updated_at), run_id };
    },
    mark: (kysely) =>
      kysely.updateTable('watermarks').set({ in_state: true }).where('in_state', '=', false).execute(),
  },
});

const queryPmids = z.object({ term: text, part: count, pmids: z.array(text), owed: z.array(text) });
const QUERY_PMIDS = {
  table: 'query_pmids',
  columns: { term: 'text', pmid: 'text', owed: 'boolean' },
  key: ['term', 'pmid'],
  order: (row: string) => `${row}.pmid`,
};

/**
 * What a query brought. A list comes whole, in lines that follow each other: `part` 0 begins it anew and
 * takes the place of whatever was told before.
 */
export const queryPmidsLine: LineKind = {
  type: 'query_pmids',
  staging: [],
  async restore(database, lines) {
    for (const line of lines) {
      const { term, part, pmids, owed } = parseLine(queryPmids, line);
      if (part === 0) await database.deleteFrom('query_pmids').where('term', '=', term).execute();
      const isOwed = new Set(owed);
      const rows = pmids.map((pmid) => ({ term, pmid, owed: isOwed.has(pmid) }));
      await putRows(database, QUERY_PMIDS, rows);
    }
  },
  read: {
    by: 'mark',
    async *list(kysely) {
      const terms = await kysely
        .selectFrom('watermarks')
        .select('term')
        .where('list_in_state', '=', false)
        .orderBy('term')
        .execute();
      for (const { term } of terms) yield* listPmids(kysely, term);
    },
    mark: (kysely) =>
      kysely
        .updateTable('watermarks')
        .set({ list_in_state: true })
        .where('list_in_state', '=', false)
        .execute(),
  },
};

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
