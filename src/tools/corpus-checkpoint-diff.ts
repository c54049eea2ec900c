import { z } from 'zod';
import { findPmid, type Pmid, toDocId } from '../domain/ids.ts';
import { ValidationError } from '../errors/bio-mcp-error.ts';
import { getCheckpoint } from '../ingest/checkpoints.ts';
import type { Change, ChangePlace } from '../store/port/checkpoint-store.ts';
import { defineTool } from './define-tool.ts';
import { parseCursor, toCursor } from './page-cursor.ts';
import { checkpointId, nextCursor, pageParams } from './schemas/checkpoint-schema.ts';
import { renderDiff } from './shown/render-checkpoint.ts';
import type { CorpusServices, ToolContext } from './tool-context.ts';
import { READS_CORPUS } from './tool-facts.ts';

const LIST = 'checkpoint changes';
const sequence = z.int().min(0);
const pmid = z.string().transform((text, context): Pmid => {
  const found = findPmid(text);
  if (found !== null) return found;
  context.addIssue({ code: 'custom', message: 'no PMID' });
  return z.NEVER;
});
/**
 * `now` is where "now" was at the first page: the pages of one diff fit together whatever
 * is loaded meanwhile.
 */
const place = z.object({
  from: z.guid(),
  to: z.guid().nullable(),
  now: sequence,
  sequence,
  pmid,
});

const output = z.object({
  entered: z.array(z.string()).describe('doc_ids that `to` holds and `from` does not.'),
  changed: z.array(z.string()).describe('doc_ids that both hold, in another revision.'),
  left: z.array(z.string()).describe('doc_ids that `from` holds and `to` does not.'),
  next_cursor: nextCursor,
});
export type DiffAnswer = z.output<typeof output>;

export const corpusCheckpointDiff = defineTool({
  name: 'corpus.checkpoint.diff',
  kind: 'short',
  scope: 'read',
  title: 'Compare two checkpoints',
  description:
    'Names the documents that entered, changed (another revision) or left between two checkpoints, or between one and now, a page at a time. Ids come from corpus.checkpoint.list; read the documents with rag.get.',
  annotations: READS_CORPUS,
  input: z.object({
    from: checkpointId,
    to: checkpointId.optional().describe('Left out: the corpus as it is now.'),
    ...pageParams,
  }),
  output,
  command: {
    words: 'checkpoint diff',
    about: 'what entered, changed and left between two checkpoints, or between one and now',
    bare: ['from', 'to'],
    flags: { limit: '-n, --limit' },
  },
  show: (answer, { width }) => renderDiff(answer, width),
  async run(params, { services, signal }: ToolContext<Pick<CorpusServices, 'store'>>) {
    const { store } = services;
    const { from, to = null, limit } = params;
    const start = params.cursor === undefined ? null : parseCursor(LIST, params.cursor, place);
    if (start !== null && (start.from !== from || start.to !== to)) {
      throw new ValidationError('`cursor` belongs to another diff: pass it with the same `from` and `to`.');
    }
    const low = (await getCheckpoint(store, from, { signal })).sequence;
    const now = start?.now ?? (await store.getSequence({ signal }));
    const high = to === null ? now : (await getCheckpoint(store, to, { signal })).sequence;
    const ends = { low: Math.min(low, high), high: Math.max(low, high) };
    const { changes, next } = await listPage(store, { ...ends, after: start, limit }, signal);
    // Told from the other end, what entered has left.
    const [entered, left] = low <= high ? (['entered', 'left'] as const) : (['left', 'entered'] as const);
    return {
      entered: pick(changes, entered),
      changed: pick(changes, 'changed'),
      left: pick(changes, left),
      next_cursor: next === null ? null : toCursor(LIST, { from, to, now, ...next }),
    };
  },
});

/** What entered and left again is looked at and not told: goes on until the page is full. */
async function listPage(
  store: CorpusServices['store'],
  { limit, ...page }: { low: number; high: number; after: ChangePlace | null; limit: number },
  signal: AbortSignal,
): Promise<{ changes: Change[]; next: ChangePlace | null }> {
  const changes: Change[] = [];
  let after = page.after;
  for (;;) {
    const found = await store.listChanges({ ...page, after, limit: limit - changes.length }, { signal });
    changes.push(...found.changes);
    if (found.next === null || changes.length >= limit) return { changes, next: found.next };
    after = found.next;
  }
}

function pick(changes: readonly Change[], kind: Change['kind']): string[] {
  return changes.filter((change) => change.kind === kind).map((change) => toDocId(change.pmid));
}
