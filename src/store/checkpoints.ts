import { type Kysely, type Selectable, sql } from 'kysely';
import type { CallOptions } from '../domain/call-options.ts';
import type { Checkpoint } from '../domain/corpus/checkpoint.ts';
import type { RetractionStatus } from '../domain/document/document.ts';
import type { Pmid } from '../domain/ids.ts';
import { toInstant } from './instants.ts';
import type { Change, CheckpointStore } from './port/checkpoint-store.ts';
import type { Schema } from './schema.ts';

/** No record is revised so often; a limit makes the planner look each PMID up. */
const MOST_REVISIONS = 1_000_000;

export function createCheckpointStore(kysely: Kysely<Schema>): CheckpointStore {
  return {
    async countMembers({ signal }) {
      const row = await kysely
        .selectFrom('corpus_state')
        .select(['sequence', 'document_count'])
        .executeTakeFirstOrThrow({ signal });
      return { sequence: row.sequence, documentCount: row.document_count };
    },
    async addCheckpoint(checkpoint) {
      await kysely.insertInto('checkpoints').values(toRow(checkpoint)).execute();
    },
    async findCheckpoint(checkpointId, { signal }) {
      const row = await kysely
        .selectFrom('checkpoints')
        .selectAll()
        .where('checkpoint_id', '=', checkpointId)
        .executeTakeFirst({ signal });
      return row === undefined ? null : toCheckpoint(row);
    },
    async listCheckpoints({ limit, after }, { signal }) {
      const rows = await kysely
        .selectFrom('checkpoints')
        .selectAll()
        .$if(after !== null, (select) =>
          select.where(
            sql<boolean>`(created_at, checkpoint_id) < (${after?.createdAt}::timestamptz, ${after?.checkpointId}::uuid)`,
          ),
        )
        .orderBy('created_at', 'desc')
        .orderBy('checkpoint_id', 'desc')
        .limit(limit)
        .execute({ signal });
      return rows.map(toCheckpoint);
    },
    async countCheckpoints({ signal }) {
      const { checkpoints } = await kysely
        .selectFrom('checkpoints')
        .select((row) => row.fn.countAll<number>().as('checkpoints'))
        .executeTakeFirstOrThrow({ signal });
      return checkpoints;
    },
    async findCheckpointChild(checkpointId, { signal }) {
      const row = await kysely
        .selectFrom('checkpoints')
        .selectAll()
        .where('parent_checkpoint_id', '=', checkpointId)
        .orderBy('created_at')
        .limit(1)
        .executeTakeFirst({ signal });
      return row === undefined ? null : toCheckpoint(row);
    },
    async removeCheckpoint(checkpointId) {
      await kysely.deleteFrom('checkpoints').where('checkpoint_id', '=', checkpointId).execute();
    },
    async listCheckpointSequences({ signal }) {
      const rows = await kysely.selectFrom('checkpoints').select('sequence').distinct().execute({ signal });
      return rows.map(({ sequence }) => sequence);
    },
    async listCheckpointsHolding(pmid, limit, { signal }) {
      const rows = await kysely
        .selectFrom('checkpoints as c')
        .select('c.checkpoint_id')
        .where(({ exists, selectFrom }) =>
          exists(
            selectFrom('revisions as r')
              .select('r.pmid')
              .where('r.pmid', '=', pmid)
              .whereRef('r.entered_sequence', '<=', 'c.sequence')
              .where((where) =>
                where.or([
                  where('r.left_sequence', 'is', null),
                  where('r.left_sequence', '>', where.ref('c.sequence')),
                ]),
              ),
          ),
        )
        .orderBy('c.created_at', 'desc')
        .orderBy('c.checkpoint_id', 'desc')
        .limit(limit)
        .execute({ signal });
      return rows.map(({ checkpoint_id }) => checkpoint_id);
    },
    async findLiveStatuses(pmids, { signal }) {
      const { rows } = await sql<Pick<Schema['revisions'], 'pmid' | 'retraction_status'>>`
        select p.pmid, r.retraction_status from unnest(${[...pmids]}::text[]) as p(pmid), lateral (
          select retraction_status from revisions where pmid = p.pmid and left_sequence is null limit 1
        ) as r`.execute(kysely, { signal });
      return new Map(rows.map((row) => [row.pmid as Pmid, row.retraction_status as RetractionStatus]));
    },
    async listChanges({ low, high, after, limit }, { signal }) {
      const { rows } = await listEvents({ low, high, after, limit }).execute(kysely, { signal });
      const changes = await describeEvents(kysely, rows, { low, high, signal });
      const last = rows.at(-1);
      const isWhole = rows.length < limit || last === undefined;
      return { changes, next: isWhole ? null : { sequence: last.sequence, pmid: last.pmid as Pmid } };
    },
    async countChanges({ low, high }, { signal }) {
      // Each end by its own index: what is there at `high` and came since, and what was at `low` and left.
      const { rows } = await sql<{ came: number; went: number; changed: number }>`
        with came as materialized (
          select pmid from revisions where entered_sequence > ${low} and entered_sequence <= ${high}
            and (left_sequence is null or left_sequence > ${high})),
        went as materialized (
          select pmid from revisions where left_sequence > ${low} and left_sequence <= ${high}
            and entered_sequence <= ${low})
        select (select count(*) from came)::int as came, (select count(*) from went)::int as went,
          (select count(*) from came join went using (pmid))::int as changed`.execute(kysely, { signal });
      const { came, went, changed } = rows[0] ?? { came: 0, went: 0, changed: 0 };
      return { entered: came - changed, changed, left: went - changed };
    },
  };
}

/**
 * What entered or left, in the order of sequence number and PMID; each branch reads its own index
 * from `after` on.
 */
function listEvents({ low, high, after, limit }: Parameters<CheckpointStore['listChanges']>[0]) {
  const from = after ?? { sequence: low, pmid: '' };
  const branch = (column: 'entered_sequence' | 'left_sequence') => {
    const sequence = sql.ref(column);
    // Without a place inside a sequence number, everything of `low` itself lies before.
    const isAfter =
      after === null
        ? sql`${sequence} > ${from.sequence}`
        : sql`(${sequence}, pmid) > (${from.sequence}::int8, ${from.pmid})`;
    return sql`(select ${sequence} as sequence, pmid from revisions
      where ${isAfter} and ${sequence} <= ${high} order by ${sequence}, pmid limit ${limit})`;
  };
  return sql<{ sequence: number; pmid: string }>`
    select distinct sequence, pmid
    from (${branch('entered_sequence')} union all ${branch('left_sequence')}) as events
    order by sequence, pmid limit ${limit}`;
}

/** A PMID that changed several times is told at the first of its events, and by its state at both ends. */
async function describeEvents(
  kysely: Kysely<Schema>,
  events: readonly { sequence: number; pmid: string }[],
  { low, high, signal }: { low: number; high: number } & CallOptions,
): Promise<Change[]> {
  const pmids = [...new Set(events.map((event) => event.pmid))];
  // By the primary key for each of them: without statistics, as in an embedded database, `any` reads
  // the whole table.
  const { rows } = await sql<
    Pick<Schema['revisions'], 'pmid' | 'revision' | 'entered_sequence' | 'left_sequence'>
  >`
    select r.* from unnest(${pmids}::text[]) as p(pmid), lateral (
      select pmid, revision, entered_sequence, left_sequence from revisions where pmid = p.pmid
      order by revision limit ${MOST_REVISIONS}
    ) as r`.execute(kysely, { signal });
  const byPmid = Map.groupBy(rows, ({ pmid }) => pmid);
  return events.flatMap(({ sequence, pmid }): Change[] => {
    const revisions = byPmid.get(pmid) ?? [];
    const numbers = revisions.flatMap((one) => [one.entered_sequence, one.left_sequence ?? high + 1]);
    const first = Math.min(...numbers.filter((number) => number > low && number <= high));
    if (first !== sequence) return [];
    const memberAt = (at: number) =>
      revisions.find((one) => one.entered_sequence <= at && (one.left_sequence ?? high + 1) > at)?.revision;
    const [before, now] = [memberAt(low), memberAt(high)];
    if (before === now) return [];
    const kind = before === undefined ? 'entered' : now === undefined ? 'left' : 'changed';
    return [
      { kind, pmid: pmid as Pmid, sequence, before: before ?? null, now: now ?? null }, // checked when it entered
    ];
  });
}

function toRow({ primaryQueries, ...rest }: Checkpoint) {
  return {
    checkpoint_id: rest.checkpointId,
    name: rest.name,
    description: rest.description,
    primary_queries: JSON.stringify(primaryQueries),
    parent_checkpoint_id: rest.parentCheckpointId,
    sequence: rest.sequence,
    document_count: rest.documentCount,
    created_at: rest.createdAt,
  };
}

function toCheckpoint(row: Selectable<Schema['checkpoints']>): Checkpoint {
  return {
    checkpointId: row.checkpoint_id,
    name: row.name,
    description: row.description,
    primaryQueries: row.primary_queries as string[], // written by `toRow`
    parentCheckpointId: row.parent_checkpoint_id,
    sequence: row.sequence,
    documentCount: row.document_count,
    createdAt: toInstant(row.created_at),
  };
}
