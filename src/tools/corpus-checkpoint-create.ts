import { z } from 'zod';
import { defineTool } from './define-tool.ts';
import { checkpointId, checkpointSchema, toCheckpointAnswer } from './schemas/checkpoint-schema.ts';
import { renderCheckpoint } from './shown/render-checkpoint.ts';
import type { CorpusServices, ToolContext } from './tool-context.ts';

export const corpusCheckpointCreate = defineTool({
  name: 'corpus.checkpoint.create',
  kind: 'short',
  scope: 'sync',
  title: 'Freeze the corpus',
  description:
    'Makes a checkpoint: which documents, in which revisions, the corpus holds now. Use it before work that must be repeatable: pass its id to rag.search and rag.get later.',
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false },
  changes: () => ['checkpoints'],
  input: z.object({
    name: z.string().trim().min(1).max(200).describe('For people: "CAR-T review, March".'),
    description: z.string().trim().max(10_000).optional().describe('What it is kept for.'),
    primary_queries: z
      .array(z.string().trim().min(1).max(10_000))
      .max(100)
      .default([])
      .describe('The questions or searches that it answers.'),
    parent_checkpoint_id: checkpointId.optional().describe('The one that it carries on from.'),
  }),
  output: checkpointSchema,
  command: {
    words: 'checkpoint create',
    about: 'freeze which documents, in which revisions, the corpus holds now',
    text: 'name',
    flags: {
      description: '-d, --description',
      primary_queries: '-q, --query',
      parent_checkpoint_id: '--parent',
    },
  },
  tell: (answer) => renderCheckpoint(answer),
  show: renderCheckpoint,
  async run(params, { services, signal }: ToolContext<Pick<CorpusServices, 'checkpoints'>>) {
    const made = await services.checkpoints.create(
      {
        name: params.name,
        description: params.description ?? null,
        primaryQueries: params.primary_queries,
        parentCheckpointId: params.parent_checkpoint_id ?? null,
      },
      { signal },
    );
    return toCheckpointAnswer(made);
  },
});
