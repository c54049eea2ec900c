import { z } from 'zod';
import { defineTool } from './define-tool.ts';
import { checkpointId } from './schemas/checkpoint-schema.ts';
import type { CorpusServices, ToolContext } from './tool-context.ts';

const DELETED = 'Deleted. Documents and archive are as they were.';

export const corpusCheckpointDelete = defineTool({
  name: 'corpus.checkpoint.delete',
  kind: 'short',
  scope: 'admin',
  title: 'Give a checkpoint up',
  description:
    'Deletes a checkpoint for good; documents and archive stay. Refused while another checkpoint names it as its parent. Ids come from corpus.checkpoint.list.',
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: false },
  changes: () => ['checkpoints'],
  input: z.object({ checkpoint_id: checkpointId }),
  output: z.object({ deleted: z.literal(true) }),
  command: { words: 'checkpoint delete', about: 'give one up for good; documents and archive stay' },
  tell: () => DELETED,
  show: () => DELETED,
  async run({ checkpoint_id }, { services, signal }: ToolContext<Pick<CorpusServices, 'checkpoints'>>) {
    await services.checkpoints.delete(checkpoint_id, { signal });
    return { deleted: true as const };
  },
});
