import { z } from 'zod';
import { getCheckpoint } from '../ingest/checkpoints.ts';
import { defineTool } from './define-tool.ts';
import { checkpointId, checkpointSchema, toCheckpointAnswer } from './schemas/checkpoint-schema.ts';
import { renderCheckpoint } from './shown/render-checkpoint.ts';
import type { CorpusServices, ToolContext } from './tool-context.ts';
import { READS_CORPUS } from './tool-facts.ts';

export const corpusCheckpointGet = defineTool({
  name: 'corpus.checkpoint.get',
  kind: 'short',
  scope: 'read',
  title: 'Look at a checkpoint',
  description:
    'One checkpoint: its name, what it is for, when it was made, and how many documents it holds. Ids come from corpus.checkpoint.list.',
  annotations: READS_CORPUS,
  listing: 'top-level',
  input: z.object({ checkpoint_id: checkpointId }),
  output: checkpointSchema,
  command: { words: 'checkpoint get', about: 'look at one' },
  tell: (answer) => renderCheckpoint(answer),
  show: renderCheckpoint,
  async run({ checkpoint_id }, { services, signal }: ToolContext<Pick<CorpusServices, 'store'>>) {
    return toCheckpointAnswer(await getCheckpoint(services.store, checkpoint_id, { signal }));
  },
});
