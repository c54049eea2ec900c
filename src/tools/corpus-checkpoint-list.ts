import { z } from 'zod';
import { defineTool } from './define-tool.ts';
import { parseCursor, toCursor } from './page-cursor.ts';
import {
  checkpointSchema,
  listTotal,
  nextCursor,
  pageParams,
  toCheckpointAnswer,
} from './schemas/checkpoint-schema.ts';
import { renderCheckpoints, tellCheckpoints } from './shown/render-checkpoint.ts';
import type { CorpusServices, ToolContext } from './tool-context.ts';
import { READS_CORPUS } from './tool-facts.ts';

const LIST = 'checkpoints';
const place = z.object({ createdAt: z.iso.datetime(), checkpointId: z.guid() });

const output = z.object({
  checkpoints: z.array(checkpointSchema),
  next_cursor: nextCursor,
  total: listTotal,
});
export type CheckpointsAnswer = z.output<typeof output>;

export const corpusCheckpointList = defineTool({
  name: 'corpus.checkpoint.list',
  kind: 'short',
  scope: 'read',
  title: 'List the checkpoints',
  description: 'The checkpoints of the corpus, newest first. Compare two with corpus.checkpoint.diff.',
  annotations: READS_CORPUS,
  listing: 'top-level',
  input: z.object(pageParams),
  output,
  command: {
    words: 'checkpoint list',
    about: 'the checkpoints, newest first',
    flags: { limit: '-n, --limit' },
  },
  tell: (answer, { toCall }) => tellCheckpoints(answer, toCall('corpus.checkpoint.create', { name: '…' })),
  show: renderCheckpoints,
  async run({ limit, cursor }, { services, signal }: ToolContext<Pick<CorpusServices, 'store'>>) {
    const after = cursor === undefined ? null : parseCursor(LIST, cursor, place);
    const { store } = services;
    const [found, total] = await Promise.all([
      store.listCheckpoints({ limit: limit + 1, after }, { signal }),
      store.countCheckpoints({ signal }),
    ]);
    const page = found.slice(0, limit);
    const last = found.length > limit ? page.at(-1) : undefined;
    return {
      checkpoints: page.map(toCheckpointAnswer),
      next_cursor: last === undefined ? null : toCursor(LIST, place.parse(last)),
      total,
    };
  },
});
