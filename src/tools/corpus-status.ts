import { z } from 'zod';
import { BioMcpError } from '../errors/bio-mcp-error.ts';
import { nameLanguage } from '../search/language-codes.ts';
import { defineTool } from './define-tool.ts';
import { renderStatus, tellStatus } from './shown/render-corpus.ts';
import type { CorpusServices, ToolContext } from './tool-context.ts';
import { READS_CORPUS } from './tool-facts.ts';

const LATEST_SYNCS = 10;
const LATEST_QUARANTINED = 100;

const health = z.object({
  state: z.enum(['ok', 'failed']),
  reason: z.string().nullable().describe('What is wrong; null when it is ok.'),
});

/** A language or type is null of records that tell none. */
const output = z.object({
  documents: z.int().describe('PMIDs with a live revision: books and records without abstract included.'),
  chunks: z.int(),
  by_year: z.array(z.object({ year: z.int(), documents: z.int() })),
  top_journals: z.array(z.object({ journal: z.string(), documents: z.int() })),
  top_languages: z.array(
    z.object({ language: z.string().nullable(), name: z.string().nullable(), documents: z.int() }),
  ),
  top_publication_types: z.array(z.object({ publication_type: z.string().nullable(), documents: z.int() })),
  growth: z
    .array(z.object({ day: z.string(), documents: z.int() }))
    .describe('At the end of the latest days, and of months before.'),
  retracted: z.int(),
  quarantined: z
    .array(z.object({ pmid: z.string().nullable(), reason: z.string(), content_hash: z.string() }))
    .describe(
      `Archived records that could not be read or indexed, newest first, at most ${LATEST_QUARANTINED}.`,
    ),
  quarantined_total: z.int(),
  watermarks: z
    .array(z.object({ term: z.string(), complete_to: z.string() }))
    .describe('Queries that were synced whole, and the day at NCBI up to which each is complete.'),
  last_syncs: z.array(
    z.object({
      run_id: z.string(),
      tool: z.string(),
      term: z.string().nullable().describe('The query of a sync; null: it was none.'),
      state: z.enum(['running', 'succeeded', 'failed']),
      started_at: z.string(),
      finished_at: z.string().nullable(),
      progress: z.record(z.string(), z.unknown()),
    }),
  ),
  archive: health,
  index: health.extend({ chunks: z.int().nullable(), embedder: z.string().nullable() }),
});
export type StatusAnswer = z.output<typeof output>;

export const corpusStatus = defineTool({
  name: 'corpus.status',
  kind: 'short',
  scope: 'read',
  title: 'What the corpus holds',
  description:
    'Counts of documents and passages, years, journals, the latest loads and syncs, quarantined records, and whether archive and index are well. Look here before a search that must be complete; pubmed.sync brings in what is missing.',
  annotations: READS_CORPUS,
  listing: 'top-level',
  input: z.object({}),
  output,
  command: { words: 'status', about: 'what the corpus holds, and whether its parts are well' },
  tell: tellStatus,
  show: renderStatus,
  async run(_params, { services, signal }: ToolContext<Pick<CorpusServices, 'store' | 'archive' | 'index'>>) {
    const { store, archive, index } = services;
    const [counts, facets, growth, quarantined, quarantinedTotal, runs, indexState, watermarks] =
      await Promise.all([
        store.countCorpus({ signal }),
        store.countFacets({ signal }),
        store.listGrowth({ signal }),
        store.listQuarantined(LATEST_QUARANTINED, { signal }),
        store.countQuarantined({ signal }),
        store.listRuns(LATEST_SYNCS, { signal }),
        store.findIndexState({ signal }),
        store.listWatermarks({ signal }),
      ]);
    const [archiveHealth, indexHealth] = await Promise.all([
      toHealth(() => archive.ping({ signal })),
      toHealth(() => index.ping({ signal })),
    ]);
    const chunks = indexHealth.state === 'ok' ? await index.countChunks({ signal }) : null;
    const wholeness =
      chunks === null || chunks >= counts.chunks ? indexHealth : toIncomplete(chunks, counts.chunks);
    return {
      documents: counts.documents,
      chunks: counts.chunks,
      by_year: counts.byYear,
      top_journals: counts.topJournals,
      top_languages: facets.languages.map(({ name, documents }) => ({
        language: name,
        name: name === null ? null : nameLanguage(name),
        documents,
      })),
      top_publication_types: facets.publicationTypes.map(({ name, documents }) => ({
        publication_type: name,
        documents,
      })),
      growth,
      retracted: counts.retracted,
      quarantined: quarantined.map(({ pmid, reason, contentHash }) => ({
        pmid,
        reason,
        content_hash: contentHash,
      })),
      quarantined_total: quarantinedTotal,
      watermarks: watermarks.map(({ term, completeTo }) => ({ term, complete_to: completeTo })),
      last_syncs: runs.map(({ runId, startedAt, finishedAt, tool, params, state, progress }) => ({
        run_id: runId,
        tool,
        term: typeof params.term === 'string' ? params.term : null,
        state,
        started_at: startedAt,
        finished_at: finishedAt,
        progress,
      })),
      archive: archiveHealth,
      index: { ...wholeness, chunks, embedder: indexState?.embedderId ?? null },
    };
  },
});

/** Passages that are stored and cannot be found: the index was lost or damaged outside of bio-mcp. */
function toIncomplete(chunks: number, stored: number): z.output<typeof health> {
  const reason = `It holds ${chunks} of ${stored} passages; make it anew with \`bio-mcp reindex\`.`;
  return { state: 'failed', reason };
}

/** A dependency that does not answer is what the status is there to tell. */
async function toHealth(ping: () => Promise<void>): Promise<z.output<typeof health>> {
  try {
    await ping();
    return { state: 'ok', reason: null };
  } catch (error) {
    return { state: 'failed', reason: error instanceof BioMcpError ? error.hint : 'It does not answer.' };
  }
}
