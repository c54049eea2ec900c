import { type Kysely, sql } from 'kysely';
import { toInstant } from '../instants.ts';
import type { SyncLists, Watermark } from '../port/sync-lists.ts';
import type { Schema } from '../schema.ts';

/** As text: the drivers would make a `Date` of it, at midnight of one zone or another. */
export const DAY = 'YYYY-MM-DD';

/** Up to which day each query was followed. */
export function createWatermarkReads(
  kysely: Kysely<Schema>,
): Pick<SyncLists, 'findWatermark' | 'listWatermarks'> {
  return {
    async findWatermark(term, { signal }) {
      const row = await selectWatermarks(kysely).where('term', '=', term).executeTakeFirst({ signal });
      return row === undefined ? null : toWatermark(row);
    },
    async listWatermarks({ signal }) {
      const rows = await selectWatermarks(kysely).orderBy('term').execute({ signal });
      return rows.map(toWatermark);
    },
  };
}

/** What the query brings is not in `state/` as it is now. */
export async function noteListChange(transaction: Kysely<Schema>, term: string): Promise<void> {
  await transaction
    .updateTable('watermarks')
    .set({ list_in_state: false })
    .where('term', '=', term)
    .execute();
}

/** It never goes back: a run that began earlier may end later. Only what lies in the future does. */
export async function moveWatermark(
  transaction: Kysely<Schema>,
  { term, completeTo, today, runId, at }: Record<'term' | 'completeTo' | 'today' | 'runId' | 'at', string>,
): Promise<void> {
  await sql`
    update watermarks
    set complete_to = ${completeTo}, updated_at = ${at}, run_id = ${runId}, in_state = false
    where term = ${term} and (complete_to is null or complete_to < ${completeTo}::date or complete_to > ${today}::date)`.execute(
    transaction,
  );
}

function selectWatermarks(kysely: Kysely<Schema>) {
  return kysely
    .selectFrom('watermarks')
    .select(['term', 'updated_at'])
    .select(sql<string>`to_char(complete_to, ${DAY})`.as('complete_to'))
    .where('complete_to', 'is not', null);
}

function toWatermark(row: { term: string; complete_to: string; updated_at: Date | string }): Watermark {
  return { term: row.term, completeTo: row.complete_to, updatedAt: toInstant(row.updated_at) };
}
