import { z } from 'zod';
import type { CallOptions } from '../domain/call-options.ts';
import { getCheckpoint } from '../ingest/checkpoints.ts';
import type { Membership } from '../search/search-index.ts';
import type { FoundDocument } from '../search/show-documents.ts';
import { defineTool } from './define-tool.ts';
import { explainFilters, explainNothing } from './explain-nothing.ts';
import { dateParam } from './params/date-params.ts';
import { toPmidList } from './params/pmid-params.ts';
import { quoteDocuments } from './quote-documents.ts';
import { checkpointId, isRetractedSince, retractedSince } from './schemas/checkpoint-schema.ts';
import { qualitySchema } from './schemas/quality-schema.ts';
import { listFound } from './shown/list-found.ts';
import { findRawRecords } from './shown/raw-records.ts';
import { renderSearch } from './shown/render-corpus.ts';
import { STATUS_WORDS } from './status-words.ts';
import { correctionsSchema, tellCorrections } from './tell-corrections.ts';
import type { CorpusServices, ToolContext } from './tool-context.ts';
import { READS_CORPUS } from './tool-facts.ts';

const names = z.array(z.string().trim().min(1).max(500)).max(100);
const year = z.int().min(1000).max(9999);
const MOST_PMIDS = 1_000;

const filters = z.strictObject({
  date_from: dateParam.optional().describe('YYYY, YYYY-MM or YYYY-MM-DD, inclusive.'),
  date_to: dateParam.optional().describe('As date_from. A year-only date is inside when its year overlaps.'),
  year_from: year.optional().describe('Inclusive.'),
  year_to: year.optional(),
  journals: names.optional().describe('By title, ISO abbreviation, ISSN or NLM id.'),
  authors: names.optional().describe('"Carbone DP", "Carbone" or a group.'),
  pmids: toPmidList({ most: MOST_PMIDS }).optional(),
  mesh: names.optional().describe('Descriptors, by name or UI.'),
  publication_types: names.optional().describe('By name or UI.'),
  languages: names.optional().describe("NLM's three letters, or names."),
  exclude_retracted: z.boolean().default(true),
});

const output = z.object({
  documents: z.array(
    z.object({
      doc_id: z.string().describe('"pmid:" and the PMID: "pmid:23193287".'),
      pmid: z.string(),
      revision: z.int(),
      title: z.string(),
      score: z.number().describe('0 … 1, higher is closer; comparable between answers.'),
      score_parts: z
        .object({
          bm25: z
            .number()
            .nullable()
            .describe('0 … 1: the share of the best match there can be; null: none.'),
          vector: z.number().nullable().describe('0 … 1: how close in meaning; null: not compared.'),
          quality: qualitySchema,
        })
        .optional()
        .describe('Unless detail is brief.'),
      passages: z
        .array(
          z.object({
            section: z.string().nullable().describe('As the abstract labels it; null: unstructured.'),
            text: z.string().describe('abstract.text of rag.get, from start to end.'),
            score: z.number(),
            start: z
              .int()
              .nullable()
              .describe('null: not in the abstract, but the title or in another language.'),
            end: z.int().nullable(),
          }),
        )
        .describe('Sentences that answer, in reading order; with detail full whole passages, best first.'),
      journal: z.string().nullable(),
      year: z.int().nullable(),
      publication_types: z.array(z.string()),
      retraction_status: z.string().describe(STATUS_WORDS),
      corrections: correctionsSchema.optional(),
      retracted_since: retractedSince.optional(),
    }),
  ),
  excluded_retracted: z.int().describe('Retracted documents that would have stood among the first top_k.'),
  excluded: z.array(z.object({ pmid: z.string(), title: z.string() })),
  search_mode: z
    .enum(['hybrid', 'semantic', 'bm25'])
    .describe('bm25 where the question holds no word that the embedder knows.'),
  warnings: z
    .array(z.string())
    .describe('What of the question could not be done; why there are no documents.'),
});
export type SearchAnswer = z.output<typeof output>;

export const ragSearch = defineTool({
  name: 'rag.search',
  kind: 'short',
  scope: 'read',
  title: 'Search the corpus',
  description:
    'Search the stored papers, best match first, with the passages that answer. Retracted papers are left out unless asked for. Use it first for a question about the literature. Read one in full with rag.get; what is missing, pubmed.search finds.',
  annotations: READS_CORPUS,
  aliases: { q: 'query', limit: 'top_k' },
  input: z.object({
    query: z
      .string()
      .trim()
      .min(2)
      .max(10_000)
      .describe('Plain words or MeSH terms; "a phrase", -word to leave out.'),
    top_k: z.int().min(1).max(50).default(10).describe('How many documents at most.'),
    search_mode: z
      .enum(['hybrid', 'semantic', 'bm25'])
      .default('hybrid')
      .describe('By words and meaning, meaning only, words only.'),
    alpha: z
      .number()
      .min(0)
      .max(1)
      .default(0.5)
      .describe('For hybrid: 0 only words, 0.5 balanced, 1 only meaning.'),
    filters: filters.prefault({}).describe('Kinds are AND, values of one kind are OR.'),
    rerank_by_quality: z
      .boolean()
      .default(false)
      .describe('Let design, recency, journal, human and investment relevance weigh in.'),
    detail: z
      .enum(['brief', 'scored', 'full'])
      .default('brief')
      .describe('brief: the sentences that answer; scored: and score_parts; full: whole passages too.'),
    return_chunks: z.boolean().default(true).describe('false leaves `passages` empty.'),
    checkpoint_id: checkpointId.optional().describe('Searches exactly what this checkpoint froze.'),
  }),
  output,
  command: {
    words: 'search',
    about: 'ask the corpus a question',
    text: 'query',
    flags: {
      top_k: '-k, --top-k',
      search_mode: '-m, --mode',
      'filters.date_from': '--from',
      'filters.date_to': '--to',
      'filters.year_from': '--year-from',
      'filters.year_to': '--year-to',
      'filters.journals': '--journal',
      'filters.authors': '--author',
      'filters.pmids': '--pmid',
      'filters.publication_types': '--type',
      'filters.languages': '--language',
      'filters.exclude_retracted': '--with-retracted',
      rerank_by_quality: '--by-quality',
      checkpoint_id: '--checkpoint',
    },
  },
  rest: {
    list: 'documents',
    toParams: (written, pmids) => ({
      ...written,
      top_k: pmids.length,
      filters: { ...written.filters, pmids },
    }),
  },
  tell: (answer) => listFound(answer),
  async show(answer, options) {
    const raw = await findRawRecords(answer, options);
    const { query, detail } = options.params;
    return renderSearch(answer, {
      question: String(query),
      isWhole: detail === 'full',
      raw,
      width: options.width,
    });
  },
  async run(
    params,
    {
      services,
      signal,
    }: ToolContext<Pick<CorpusServices, 'searchCorpus' | 'findSentences' | 'store' | 'index'>>,
  ) {
    const { query, top_k: topK, search_mode: mode, alpha, filters, rerank_by_quality, detail } = params;
    const { searchCorpus, store } = services;
    const membership = await findMembership(store, params.checkpoint_id, { signal });
    const ask = { query, topK, mode, alpha, filters, rerankByQuality: rerank_by_quality, membership };
    // What answers briefly is quoted from the stored records.
    const withPassages = detail === 'full' && params.return_chunks;
    const answer = await searchCorpus({ ...ask, withPassages }, { signal });
    const searchPassages = async () => (await searchCorpus(ask, { signal })).documents;
    const told = await tellCorrections(store, { documents: answer.documents, membership }, { signal });
    const documents = membership.kind === 'live' ? told : await tellRetractedSince(store, told, { signal });
    const isNothing = documents.length === 0 && answer.excluded_retracted === 0;
    const explain = isNothing ? explainNothing : explainFilters;
    const reasons = await explain(services, { filters, membership }, { signal });
    const warnings = [...answer.warnings, ...reasons];
    const quoted = params.return_chunks
      ? await quoteDocuments(services, { query, detail, documents, searchPassages }, { signal })
      : [];
    const shown = documents.map(({ score_parts, ...document }, at) => ({
      ...document,
      score: round(document.score),
      ...(detail === 'brief' ? {} : { score_parts }),
      passages: (quoted[at] ?? []).map((passage) => ({ ...passage, score: round(passage.score) })),
    }));
    return { ...answer, documents: shown, warnings };
  },
});

/** To three places: more says nothing, and a reader pays for each. */
function round(score: number): number {
  return Math.round(score * 1000) / 1000;
}

async function findMembership(
  store: CorpusServices['store'],
  id: string | undefined,
  options: CallOptions,
): Promise<Membership> {
  if (id === undefined) return { kind: 'live' };
  const { sequence } = await getCheckpoint(store, id, options);
  return { kind: 'checkpoint', sequence };
}

async function tellRetractedSince<Document extends FoundDocument>(
  store: CorpusServices['store'],
  documents: readonly Document[],
  options: CallOptions,
) {
  const pmids = documents.map(({ pmid }) => pmid);
  const now = await store.findLiveStatuses(pmids, options);
  return documents.map((document) => ({
    ...document,
    retracted_since: isRetractedSince(document.retraction_status, now.get(document.pmid)),
  }));
}
