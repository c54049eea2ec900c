import { z } from 'zod';
import { completeFrom, numberSteps, type PromptContext, type PromptDefinition } from './define-prompt.ts';

const MOST_CHECKPOINTS = 1_000;
const checkpoint = z.object({
  checkpoint_id: z.string(),
  name: z.string(),
  created_at: z.string(),
  document_count: z.number(),
});
const checkpointList = z.object({ checkpoints: z.array(checkpoint) });

export const whatChanged: PromptDefinition = {
  name: 'what_changed',
  title: 'What changed since a checkpoint',
  description:
    'What entered, changed or left since the corpus was frozen, and what that does to earlier conclusions.',
  arguments: [
    {
      name: 'checkpoint_id',
      description: 'The checkpoint to compare with.',
      required: true,
      complete: completeCheckpoint,
    },
    { name: 'topic', description: 'Only what matters for this.', required: false },
  ],
  async write({ checkpoint_id, topic }, context) {
    const { toListed } = context;
    const params = { checkpoint_id };
    const { name, created_at, document_count } = checkpoint.parse(
      await ask(context, 'corpus.checkpoint.get', params),
    );
    const about = topic === undefined ? '' : ` Only report what matters for: ${topic}.`;
    return [
      `Tell me what changed in the corpus since checkpoint "${name}" (${checkpoint_id}), made ${created_at} with ${document_count} documents.${about}`,
      '',
      'Work in this order:',
      ...numberSteps([
        `Call ${toListed('corpus.checkpoint.diff')} {"from": "${checkpoint_id}"} and follow next_cursor to the end. entered, changed and left hold doc_ids.`,
        `Read what entered with ${toListed('rag.get')}. For what changed, read it twice, once with checkpoint_id and once without, and compare: retraction status and corrections first.`,
        `Ask ${toListed('rag.search')} the questions of the earlier work twice, with and without the checkpoint_id, and compare the answers.`,
      ]),
      '',
      'Then write: the counts; retractions and expressions of concern, each with what rested on it; new evidence that confirms, with PMIDs; new evidence that contradicts; what left the corpus and why. Say which earlier conclusions stand, which are weaker, and which must be withdrawn. If nothing of weight changed, say that in one sentence.',
    ].join('\n');
  },
};

async function completeCheckpoint(value: string, context: PromptContext) {
  const listed = await ask(context, 'corpus.checkpoint.list', { limit: MOST_CHECKPOINTS });
  return completeFrom(
    checkpointList.parse(listed).checkpoints.map(({ checkpoint_id }) => checkpoint_id),
    value,
  );
}

function ask({ caller, exchange }: PromptContext, tool: string, params: Record<string, unknown>) {
  const { traceId, signal, by } = exchange;
  return caller.call({ tool, params, traceId, detach: true, surface: 'http', by }, { signal });
}
