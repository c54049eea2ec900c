import { type Kysely, sql } from 'kysely';
import type { Pmid } from '../../domain/ids.ts';
import { BioMcpError } from '../../errors/bio-mcp-error.ts';
import type { PublishLock } from '../database/publish-lock.ts';
import type { SyncLists } from '../port/sync-lists.ts';
import type { Schema } from '../schema.ts';
import { keepTopicSize } from '../topics.ts';
import { moveWatermark, noteListChange } from './watermarks.ts';

/** What a list that is worked off changes of its query, in one turn of the publish lock. */
export function createListClosing(
  kysely: Kysely<Schema>,
  publishLock: Pick<PublishLock, 'requireHeld'>,
): Pick<SyncLists, 'listGone' | 'forgetGone' | 'closeList'> {
  const requireTurn = async (transaction: Kysely<Schema>) => {
    await transaction.selectFrom('corpus_state').select('sequence').forUpdate().execute();
    await publishLock.requireHeld(transaction);
  };
  return {
    async listGone(listId, { term, after, limit }, { signal }) {
      const { rows } = await sql<{ pmid: string; live: boolean }>`
        select q.pmid, r.pmid is not null as live
        from query_pmids as q
        left join revisions as r on r.pmid = q.pmid and r.left_sequence is null
        where q.term = ${term} and q.pmid > ${after}
          and exists (select from sync_lists where list_id = ${listId} and not is_closed)
          and not exists (select from sync_list_pmids as l where l.list_id = ${listId} and l.pmid = q.pmid)
        order by q.pmid limit ${limit}`.execute(kysely, { signal });
      return rows.map(({ pmid, live }) => ({ pmid: pmid as Pmid, live }));
    },
    async forgetGone(term, pmids) {
      await kysely.transaction().execute(async (transaction) => {
        const { numDeletedRows } = await transaction
          .deleteFrom('query_pmids')
          .where('term', '=', term)
          .where('pmid', '=', sql<string>`any(${[...pmids]}::text[])`)
          .executeTakeFirstOrThrow();
        if (numDeletedRows > 0n) await noteListChange(transaction, term);
        await requireTurn(transaction);
      });
    },
    async closeList(listId, outcome) {
      await kysely.transaction().execute(async (transaction) => {
        if (!(await lockList(transaction, listId))) return;
        await keepOutcome(transaction, listId, outcome);
        await dropLeftovers(transaction, listId);
        await transaction.deleteFrom('sync_list_pmids').where('list_id', '=', listId).execute();
        await transaction
          .updateTable('sync_lists')
          .set({ is_whole: false, is_closed: true, touched_at: outcome.at })
          .where('list_id', '=', listId)
          .execute();
        await requireTurn(transaction);
      });
    },
  };
}

/**
 * Resolves to whether it is open still. One that was removed throws: an empty list would look worked off,
 * whatever it held.
 */
async function lockList(transaction: Kysely<Schema>, listId: string): Promise<boolean> {
  const query = transaction.selectFrom('sync_lists').select('is_closed').where('list_id', '=', listId);
  const list = await query.forUpdate().executeTakeFirst();
  if (list !== undefined) return !list.is_closed;
  throw new BioMcpError('DB_UNAVAILABLE', 'The list of this sync was removed meanwhile; try again.');
}

/** The query brought what the list names, and is complete to that day. */
async function keepOutcome(
  transaction: Kysely<Schema>,
  listId: string,
  { term, completeTo, today, runId, at }: Parameters<SyncLists['closeList']>[1],
): Promise<void> {
  await sql`
    insert into watermarks (term, updated_at) values (${term}, ${at})
    on conflict (term) do nothing`.execute(transaction);
  const { numAffectedRows = 0n } = await sql`
    insert into query_pmids (term, pmid, owed)
    select ${term}, pmid, owed from sync_list_pmids where list_id = ${listId}
    order by pmid
    on conflict (term, pmid) do update set owed = excluded.owed
    where query_pmids.owed <> excluded.owed`.execute(transaction);
  if (numAffectedRows > 0n) await noteListChange(transaction, term);
  await keepTopicSize(transaction, { term, at });
  if (completeTo !== null) await moveWatermark(transaction, { term, completeTo, today, runId, at });
}

/**
 * What earlier runs of the same request left, killed while they listed; a living one touches its list, and
 * one that began in the same moment is none.
 */
async function dropLeftovers(transaction: Kysely<Schema>, listId: string): Promise<void> {
  await sql`
    delete from sync_lists as old using sync_lists as done
    where done.list_id = ${listId} and old.list_id <> done.list_id
      and old.request = done.request and old.touched_at < done.listed_at
      and not old.is_closed`.execute(transaction);
}
