import { z } from 'zod';
import type { CallOptions } from '../domain/call-options.ts';
import { BioMcpError, NotFoundError } from '../errors/bio-mcp-error.ts';
import { collapseTerm } from '../pubmed/queries/query-check.ts';
import { nameLanguage } from '../search/language-codes.ts';
import type { CorpusCounts } from '../store/port/corpus-facts.ts';
import type { Topic } from '../store/port/topics.ts';
import { defineTool } from './define-tool.ts';
import {
  type DependencyHealth,
  LATEST_QUARANTINED,
  type StatusField,
  statusFields,
  statusSchema,
  type TopicAnswer,
  WHOLE_STATUS,
  wholeStatusSchema,
} from './schemas/status-schema.ts';
import { renderStatus, tellStatus } from './shown/render-corpus.ts';
import { toPlainJson } from './shown/text-layout.ts';
import type { CorpusServices, ToolContext } from './tool-context.ts';
import { READS_CORPUS } from './tool-facts.ts';

const LATEST_SYNCS = 10;
/** A topic that never brought anything is told so long: it may have been misspelt. */
const EMPTY_TOLD_MS = 30 * 86_400_000;

type Services = Pick<CorpusServices, 'store' | 'archive' | 'index' | 'clock'>;
type Answer = z.output<typeof statusSchema>;

export const corpusStatus = defineTool({
  name: 'corpus.status',
  kind: 'short',
  scope: 'read',
  title: 'What the corpus holds',
  description:
    'Counts of documents and passages, years, journals, the latest loads and syncs, quarantined records, and whether archive and index are well. Look here before a search that must be complete; pubmed.sync brings in what is missing.',
  annotations: READS_CORPUS,
  listing: 'top-level',
  input: z.object({
    fields: statusFields,
    term: z.string().trim().min(1).max(10_000).optional().describe('This topic alone, and its growth.'),
  }),
  output: statusSchema,
  command: { words: 'status', about: 'what the corpus holds, and whether its parts are well' },
  tell(answer, options) {
    const { data: whole } = wholeStatusSchema.safeParse(answer);
    return whole === undefined ? toPlainJson(answer, 2) : tellStatus(whole, options);
  },
  show(answer) {
    const { data: whole } = wholeStatusSchema.safeParse(answer);
    return whole === undefined ? toPlainJson(answer, 2) : renderStatus(whole);
  },
  async run({ fields, term }, { services, signal }: ToolContext<Services>) {
    const named: readonly StatusField[] = fields ?? [];
    const wanted = new Set(named.length > 0 ? named : term === undefined ? WHOLE_STATUS : []);
    if (term !== undefined) wanted.add('topics');
    let counted: Promise<CorpusCounts> | undefined;
    const look: Look = {
      services,
      term,
      countCorpus: () => (counted ??= services.store.countCorpus({ signal })),
    };
    const looks = READS.filter((read) => read.fields.some((field) => wanted.has(field)));
    const read = await Promise.all(looks.map((one) => one.read(look, { signal })));
    const all: Answer = Object.assign({}, ...read);
    const kept = Object.entries(all).filter(([name]) => wanted.has(name as StatusField));
    return Object.fromEntries(kept) as Answer; // some of its fields
  },
});

interface Look {
  services: Services;
  term: string | undefined;
  /** Once a call. */
  countCorpus(): Promise<CorpusCounts>;
}

/** Each costs a look of its own. */
interface Read {
  fields: readonly StatusField[];
  read(look: Look, options: CallOptions): Promise<Answer>;
}

const READS: readonly Read[] = [
  {
    fields: ['documents', 'chunks', 'by_year', 'top_journals', 'retracted'],
    async read({ countCorpus }) {
      const { documents, chunks, byYear, topJournals, retracted } = await countCorpus();
      return { documents, chunks, by_year: byYear, top_journals: topJournals, retracted };
    },
  },
  { fields: ['top_languages', 'top_publication_types'], read: readFacets },
  {
    fields: ['growth'],
    read: async ({ services }, options) => ({ growth: await services.store.listGrowth(options) }),
  },
  { fields: ['quarantined', 'quarantined_total'], read: readQuarantined },
  {
    fields: ['watermarks'],
    async read({ services }, options) {
      const watermarks = await services.store.listWatermarks(options);
      return { watermarks: watermarks.map(({ term, completeTo }) => ({ term, complete_to: completeTo })) };
    },
  },
  { fields: ['last_syncs'], read: readRuns },
  {
    fields: ['archive'],
    read: async ({ services }, options) => ({
      archive: await toHealth(() => services.archive.ping(options)),
    }),
  },
  { fields: ['index'], read: readIndex },
  { fields: ['topics'], read: readTopics },
];

async function readFacets({ services }: Look, options: CallOptions): Promise<Answer> {
  const { languages, publicationTypes } = await services.store.countFacets(options);
  return {
    top_languages: languages.map(({ name, documents }) => ({
      language: name,
      name: name === null ? null : nameLanguage(name),
      documents,
    })),
    top_publication_types: publicationTypes.map(({ name, documents }) => ({
      publication_type: name,
      documents,
    })),
  };
}

async function readQuarantined({ services: { store } }: Look, options: CallOptions): Promise<Answer> {
  const [records, total] = await Promise.all([
    store.listQuarantined(LATEST_QUARANTINED, options),
    store.countQuarantined(options),
  ]);
  return {
    quarantined: records.map(({ pmid, reason, contentHash }) => ({
      pmid,
      reason,
      content_hash: contentHash,
    })),
    quarantined_total: total,
  };
}

async function readRuns({ services }: Look, options: CallOptions): Promise<Answer> {
  const runs = await services.store.listRuns(LATEST_SYNCS, options);
  return {
    last_syncs: runs.map(({ runId, startedAt, finishedAt, tool, params, state, progress }) => ({
      run_id: runId,
      tool,
      term: typeof params.term === 'string' ? params.term : null,
      state,
      started_at: startedAt,
      finished_at: finishedAt,
      progress,
    })),
  };
}

async function readIndex(
  { services: { store, index }, countCorpus }: Look,
  options: CallOptions,
): Promise<Answer> {
  const [counts, state, health] = await Promise.all([
    countCorpus(),
    store.findIndexState(options),
    toHealth(() => index.ping(options)),
  ]);
  const chunks = health.state === 'ok' ? await index.countChunks(options) : null;
  const wholeness = chunks === null || chunks >= counts.chunks ? health : toIncomplete(chunks, counts.chunks);
  return { index: { ...wholeness, chunks, embedder: state?.embedderId ?? null } };
}

async function readTopics({ services: { store, clock }, term }: Look, options: CallOptions): Promise<Answer> {
  if (term === undefined) {
    const emptySince = new Date(clock.now().getTime() - EMPTY_TOLD_MS).toISOString();
    return { topics: (await store.listTopics({ emptySince }, options)).map(toTopicAnswer) };
  }
  // As a sync names it.
  const name = collapseTerm(term);
  const [topic, growth] = await Promise.all([
    store.findTopic(name, options),
    store.listTopicGrowth(name, options),
  ]);
  if (topic === null) {
    throw new NotFoundError(
      'No sync ever asked for this query; corpus.status {"fields": ["topics"]} names those that there are.',
    );
  }
  return { topics: [{ ...toTopicAnswer(topic), growth }] };
}

function toTopicAnswer({ term, completeTo, records, askedAt, warnings }: Topic): TopicAnswer {
  return { term, complete_to: completeTo, documents: records, asked_at: askedAt, warnings };
}

/** Passages that are stored and cannot be found: the index was lost or damaged outside of bio-mcp. */
function toIncomplete(chunks: number, stored: number): DependencyHealth {
  const reason = `It holds ${chunks} of ${stored} passages; make it anew with \`bio-mcp reindex\`.`;
  return { state: 'failed', reason };
}

/** A dependency that does not answer is what the status is there to tell. */
async function toHealth(ping: () => Promise<void>): Promise<DependencyHealth> {
  try {
    await ping();
    return { state: 'ok', reason: null };
  } catch (error) {
    return { state: 'failed', reason: error instanceof BioMcpError ? error.hint : 'It does not answer.' };
  }
}
