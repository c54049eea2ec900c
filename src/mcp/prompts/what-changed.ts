import { z } from 'zod';
import { cutText } from '../../domain/cut-text.ts';
import {
  completeFrom,
  createWriteCall,
  ID,
  numberSteps,
  type PromptContext,
  type PromptDefinition,
  toReadStep,
} from './define-prompt.ts';

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
    const params = { checkpoint_id };
    const { name, created_at, document_count } = checkpoint.parse(
      await ask(context, 'corpus.checkpoint.get', params),
    );
    const about = topic === undefined ? '' : ` Only report what matters for: ${topic}.`;
    const call = createWriteCall(context);
    const query = topic === undefined ? {} : { query: topic };
    const asked = topic ?? 'a question of the earlier work';
    const from = checkpoint_id;
    const search = (id: string | undefined) =>
      call('rag.search', { query: asked, top_k: 5, checkpoint_id: id });
    return [
      `Tell me what changed in the corpus since checkpoint "${name}" (${checkpoint_id}), made ${created_at} with ${document_count} documents.${about}`,
      '',
      'Work in this order:',
      ...numberSteps([
        `Freeze the corpus as it is now: ${call('corpus.checkpoint.create', { name: cutText(`After ${name}`, 200), parent_checkpoint_id: from })}. Put its checkpoint_id for ${ID} below.`,
        `See what differs: ${call('corpus.checkpoint.diff', { from, to: ID, ...query, limit: 100 })}, and follow next_cursor to the end. Titles and retraction_status stand in it: a paper in changed that is retracted now comes first.`,
        `Search within both, and compare: ${search(from)} and ${search(ID)}. So with each question of the earlier work; what is retracted since, retracted_since tells.`,
        `${toReadStep(call)} Read what changed twice, with either checkpoint, only where its title or status matters.`,
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

function ask({ invoker, exchange }: PromptContext, tool: string, params: Record<string, unknown>) {
  const { traceId, signal, by } = exchange;
  return invoker.call({ tool, params, traceId, detach: true, surface: 'http', by }, { signal });
}
