import { z } from 'zod';
import type { Checkpoint } from '../../domain/corpus/checkpoint.ts';

const NO_CHECKPOINT =
  'must be the id of a checkpoint, a UUID; corpus.checkpoint.list names those that there are';

/** White space around it is passed over. */
export const checkpointId = z
  .string()
  .trim()
  .toLowerCase()
  .meta({ format: 'uuid' })
  .pipe(z.guid({ error: NO_CHECKPOINT }));

export const checkpointSchema = z.object({
  checkpoint_id: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  primary_queries: z.array(z.string()),
  parent_checkpoint_id: z.string().nullable(),
  created_at: z.string(),
  document_count: z.int().describe('How many documents it holds.'),
});

export function toCheckpointAnswer(checkpoint: Checkpoint): z.output<typeof checkpointSchema> {
  return {
    checkpoint_id: checkpoint.checkpointId,
    name: checkpoint.name,
    description: checkpoint.description,
    primary_queries: [...checkpoint.primaryQueries],
    parent_checkpoint_id: checkpoint.parentCheckpointId,
    created_at: checkpoint.createdAt,
    document_count: checkpoint.documentCount,
  };
}

export const retractedSince = z
  .boolean()
  .describe('Inside a checkpoint: whether it was retracted after that.');

/** `now`: the status of the live revision, where there is one. */
export function isRetractedSince(frozen: string, now: string | undefined): boolean {
  return frozen !== 'retracted' && now === 'retracted';
}

/** Of every list that pages. */
export const pageParams = {
  limit: z.int().min(1).max(1_000).default(100).describe('How many at most.'),
  cursor: z.string().min(1).max(1_000).optional().describe('The next_cursor of the page before.'),
};

/** How many there are on all pages. */
export const listTotal = z.int();

export const nextCursor = z.string().nullable().describe('null: this is the last page.');
