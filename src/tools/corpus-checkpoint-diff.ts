import { z } from 'zod';
import type { CallOptions } from '../domain/call-options.ts';
import { findPmid, type Pmid } from '../domain/ids.ts';
import { ValidationError } from '../errors/bio-mcp-error.ts';
import { getCheckpoint } from '../ingest/checkpoints.ts';
import type { Change, ChangePlace } from '../store/port/checkpoint-store.ts';
import { defineTool } from './define-tool.ts';
import { type DiffEnds, diffEntry, keepFound, toDiffEntries } from './diff-entries.ts';
import { parseCursor, toCursor } from './page-cursor.ts';
import { checkpointId, nextCursor, pageParams } from './schemas/checkpoint-schema.ts';
import { renderDiff, tellDiff } from './shown/render-checkpoint.ts';
import type { CorpusServices, ToolContext } from './tool-context.ts';
import { READS_CORPUS } from './tool-facts.ts';

type Services = Pick<CorpusServices, 'store' | 'searchCorpus'>;

const LIST = 'checkpoint changes';
/** Changes that one search chooses from, and that a call looks at. */
const SEARCHED_AT_ONCE = 200;
const MOST_SEARCHED = 2_000;
const sequence = z.int().min(0);
const pmid = z.string().transform((text, context): Pmid => {
  const found = findPmid(text);
  if (found !== null) return found;
  context.addIssue({ code: 'custom', message: 'no PMID' });
  return z.NEVER;
});
const totals = z.object({ entered: z.int(), changed: z.int(), left: z.int() });
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
  /** Counted once, for all pages of a diff. */
  totals: totals.nullable().default(null),
});

const output = z.object({
  entered: z.array(diffEntry).describe('What `to` holds and `from` does not.'),
  changed: z.array(diffEntry).describe('What both hold, in another revision: see retraction_status.'),
  left: z.array(diffEntry).describe('What `from` holds and `to` does not.'),
  next_cursor: nextCursor,
  totals: totals.nullable().describe('null with a query.'),
});
export type DiffAnswer = z.output<typeof output>;

export const corpusCheckpointDiff = defineTool({
  name: 'corpus.checkpoint.diff',
  kind: 'short',
  scope: 'read',
  title: 'Compare two checkpoints',
  description:
    'Names the documents that entered, changed (another revision) or left between two checkpoints, or between one and now, with title and retraction status. Ids come from corpus.checkpoint.list; read the documents with rag.get.',
  annotations: READS_CORPUS,
  listing: 'top-level',
  aliases: { q: 'query' },
  input: z.object({
    from: checkpointId,
    to: checkpointId.optional().describe('Left out: the corpus as it is now.'),
    query: z
      .string()
      .trim()
      .min(2)
      .max(10_000)
      .optional()
      .describe('Keeps what it finds, as rag.search does.'),
    ...pageParams,
  }),
  output,
  command: {
    words: 'checkpoint diff',
    about: 'what entered, changed and left between two checkpoints, or between one and now',
    bare: ['from', 'to'],
    flags: { limit: '-n, --limit', query: '-q, --query' },
  },
  tell: (answer) => tellDiff(answer),
  show: (answer, { width }) => renderDiff(answer, width),
  async run(params, { services, signal }: ToolContext<Services>) {
    const { store } = services;
    const { from, to = null, limit, query } = params;
    const start = params.cursor === undefined ? null : parseCursor(LIST, params.cursor, place);
    if (start !== null && (start.from !== from || start.to !== to)) {
      throw new ValidationError(
        '`cursor` belongs to another diff: pass it with the same `from` and `to`, or leave it out for the first page.',
      );
    }
    const now = start?.now ?? (await store.getSequence({ signal }));
    const ends: DiffEnds = {
      from: (await getCheckpoint(store, from, { signal })).sequence,
      to: to === null ? now : (await getCheckpoint(store, to, { signal })).sequence,
    };
    const [{ changes, next }, counts] = await Promise.all([
      listPage(services, { ends, after: start, limit, query }, { signal }),
      start === null && query === undefined
        ? countAll(store, ends, { signal })
        : Promise.resolve(start?.totals ?? null),
    ]);
    const entries = await toDiffEntries(store, { changes, ends }, { signal });
    const cursor = next === null ? null : toCursor(LIST, { from, to, now, totals: counts, ...next });
    return { ...entries, next_cursor: cursor, totals: counts };
  },
});

/** From the later end to the earlier one, what entered has left. */
async function countAll(
  store: Services['store'],
  { from, to }: DiffEnds,
  options: CallOptions,
): Promise<z.output<typeof totals>> {
  const counts = await store.countChanges({ low: Math.min(from, to), high: Math.max(from, to) }, options);
  return from <= to ? counts : { entered: counts.left, changed: counts.changed, left: counts.entered };
}

interface Page {
  ends: DiffEnds;
  after: ChangePlace | null;
  limit: number;
  query: string | undefined;
}

/**
 * Goes on until there is one more than the page holds, so that none leads to an empty one: what entered and
 * left again is looked at and not told, and with a query only what it finds is. Of many changes that it does
 * not find a page may hold few, or none.
 */
async function listPage(
  services: Services,
  { ends, limit, query, ...page }: Page,
  options: CallOptions,
): Promise<{ changes: Change[]; next: ChangePlace | null }> {
  const [low, high] = [Math.min(ends.from, ends.to), Math.max(ends.from, ends.to)];
  const changes: Change[] = [];
  let after = page.after;
  for (let looked = 0; ; ) {
    const size = query === undefined ? limit + 1 : SEARCHED_AT_ONCE;
    const found = await services.store.listChanges({ low, high, after, limit: size }, options);
    looked += size;
    const kept =
      query === undefined
        ? found.changes
        : await keepFound(services, { changes: found.changes, query, ends }, options);
    changes.push(...kept);
    const last = changes[limit - 1];
    if (changes.length > limit && last !== undefined)
      return { changes: changes.slice(0, limit), next: toPlace(last) };
    if (found.next === null || (query !== undefined && looked >= MOST_SEARCHED))
      return { changes, next: found.next };
    after = found.next;
  }
}

function toPlace({ sequence, pmid }: Change): ChangePlace {
  return { sequence, pmid };
}
