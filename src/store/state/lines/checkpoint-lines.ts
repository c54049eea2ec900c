import { z } from 'zod';
import { defineLine } from './define-line.ts';
import { count, nullable, text } from './line-kind.ts';

/** That it was deleted is the last word on a checkpoint, whatever is told later. */
const staged = {
  table: 'staged_checkpoints',
  key: ['checkpoint_id'],
  order: (row: string) => `${row}.deleted`,
} as const;

/** Written when it is made, before the store knows of it: it comes out of no table. */
export const checkpointLine = defineLine({
  type: 'checkpoint',
  schema: z.object({
    checkpointId: z.guid(),
    name: text,
    description: nullable,
    primaryQueries: z.array(text),
    parentCheckpointId: z.guid().nullable(),
    sequence: count,
    documentCount: count,
    createdAt: text,
  }),
  into: [
    {
      ...staged,
      staging: [
        `create table staged_checkpoints (
          checkpoint_id uuid primary key, name text, description text, primary_queries jsonb, parent_checkpoint_id uuid,
          sequence bigint, document_count bigint, created_at timestamptz, deleted boolean not null)`,
      ],
      columns: {
        checkpoint_id: 'uuid',
        name: 'text',
        description: 'text',
        primary_queries: 'jsonb',
        parent_checkpoint_id: 'uuid',
        sequence: 'bigint',
        document_count: 'bigint',
        created_at: 'timestamptz',
        deleted: 'boolean',
      },
      toRows: (line) => [
        {
          checkpoint_id: line.checkpointId,
          name: line.name,
          description: line.description,
          primary_queries: line.primaryQueries,
          parent_checkpoint_id: line.parentCheckpointId,
          sequence: line.sequence,
          document_count: line.documentCount,
          created_at: line.createdAt,
          deleted: false,
        },
      ],
    },
  ],
  read: null,
});

export const checkpointDeletedLine = defineLine({
  type: 'checkpoint_deleted',
  schema: z.object({ checkpointId: z.guid() }),
  into: [
    {
      ...staged,
      columns: { checkpoint_id: 'uuid', deleted: 'boolean' },
      toRows: ({ checkpointId }) => [{ checkpoint_id: checkpointId, deleted: true }],
    },
  ],
  read: null,
});
