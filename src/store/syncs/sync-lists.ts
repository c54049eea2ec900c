import { type Kysely, sql } from 'kysely';
import type { CallOptions } from '../../domain/call-options.ts';
import type { Pmid } from '../../domain/ids.ts';
import type { PublishLock } from '../database/publish-lock.ts';
import type { SyncList, SyncLists } from '../port/sync-lists.ts';
import type { Schema } from '../schema.ts';
import { createListClosing } from './list-closing.ts';
import { createWatermarkReads, DAY } from './watermarks.ts';

/** What syncs work off, and how far each query was followed. */
export function createSyncLists(
  kysely: Kysely<Schema>,
  publishLock: Pick<PublishLock, 'requireHeld'>,
): SyncLists {
  return {
    async startList({ listId, request, windowFrom, windowTo, listedAt }) {
      await kysely
        .insertInto('sync_lists')
        .values({
          list_id: listId,
          request,
          window_from: windowFrom,
          window_to: windowTo,
          listed_at: listedAt,
          touched_at: listedAt,
        })
        .execute();
    },
    async addToList(listId, pmids) {
      const { numAffectedRows = 0n } = await sql`
        insert into sync_list_pmids (list_id, pmid)
        select ${listId}::uuid, pmid from unnest(${[...pmids]}::text[]) as pmid
        on conflict do nothing`.execute(kysely);
      return Number(numAffectedRows);
    },
    async finishList(listId, { truncated, term }, options) {
      await kysely.transaction().execute(async (transaction) => {
        if (!truncated) {
          await sql`
            insert into sync_list_pmids (list_id, pmid)
            select ${listId}::uuid, pmid from query_pmids where term = ${term} and owed
            on conflict do nothing`.execute(transaction);
        }
        await transaction
          .updateTable('sync_lists')
          .set({ is_whole: true, truncated })
          .where('list_id', '=', listId)
          .execute();
      });
      return readList(kysely, (list) => list.where('list_id', '=', listId), options).then(orMissing);
    },
    findList: ({ request, listedAfter, listedBefore }, options) =>
      readList(
        kysely,
        (list) =>
          list
            .where('request', '=', request)
            .where('is_whole', '=', true)
            .where('listed_at', '>', listedAfter)
            .where('listed_at', '<', listedBefore)
            .orderBy('listed_at', 'desc')
            .limit(1),
        options,
      ),
    async listUndone(listId, { after, limit }, { signal }) {
      const rows = await kysely
        .selectFrom('sync_list_pmids')
        .select('pmid')
        .where('list_id', '=', listId)
        .where('done', '=', false)
        .where('pmid', '>', after)
        .orderBy('pmid')
        .limit(limit)
        .execute({ signal });
      return rows.map(({ pmid }) => pmid as Pmid);
    },
    async markDone(listId, pmids, { owed, at }) {
      await kysely.transaction().execute(async (transaction) => {
        // First, so that two runs that share the list wait for each other instead of locking rows
        // in two orders.
        await transaction
          .updateTable('sync_lists')
          .set({ touched_at: at })
          .where('list_id', '=', listId)
          .execute();
        await transaction
          .updateTable('sync_list_pmids')
          .set({ done: true, owed })
          .where('list_id', '=', listId)
          .where('pmid', '=', sql<string>`any(${[...pmids]}::text[])`)
          .execute();
      });
    },
    async dropList(listId) {
      await kysely.deleteFrom('sync_lists').where('list_id', '=', listId).execute();
    },
    async dropListsUntouchedSince(instant) {
      await kysely.deleteFrom('sync_lists').where('touched_at', '<', instant).execute();
    },
    ...createListClosing(kysely, publishLock),
    ...createWatermarkReads(kysely),
  };
}

async function readList(
  kysely: Kysely<Schema>,
  choose: (list: ReturnType<typeof selectLists>) => ReturnType<typeof selectLists>,
  { signal }: CallOptions,
): Promise<SyncList | null> {
  const row = await choose(selectLists(kysely)).executeTakeFirst({ signal });
  if (row === undefined) return null;
  const counts = await kysely
    .selectFrom('sync_list_pmids')
    .select((count) => count.fn.countAll<number>().as('total'))
    .select(sql<number>`count(*) filter (where done)`.as('done'))
    .where('list_id', '=', row.list_id)
    .executeTakeFirstOrThrow({ signal });
  return {
    listId: row.list_id,
    windowFrom: row.window_from,
    windowTo: row.window_to,
    truncated: row.truncated,
    ...counts,
  };
}

function selectLists(kysely: Kysely<Schema>) {
  return kysely
    .selectFrom('sync_lists')
    .select(['list_id', 'truncated'])
    .select(sql<string | null>`to_char(window_from, ${DAY})`.as('window_from'))
    .select(sql<string>`to_char(window_to, ${DAY})`.as('window_to'));
}

function orMissing(list: SyncList | null): SyncList {
  if (list === null) throw new Error('the list of a running sync was removed');
  return list;
}
