import { type Kysely, type Selectable, sql } from 'kysely';
import type { Checkpoint } from '../domain/corpus/checkpoint.ts';
import type { RetractionStatus } from '../domain/document/document.ts';
import type { Pmid } from '../domain/ids.ts';
import { createCheckpointChanges } from './checkpoint-changes.ts';
import { toInstant } from './instants.ts';
import type { CheckpointStore } from './port/checkpoint-store.ts';
import type { Schema } from './schema.ts';

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
    ...createCheckpointChanges(kysely),
  };
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
