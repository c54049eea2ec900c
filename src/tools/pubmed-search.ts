import { z } from 'zod';
import { toPubmedQuery } from '../pubmed/queries/query-builder.ts';
import { searchLiterature } from '../pubmed/queries/search-literature.ts';
import { MAX_SEARCH_HITS, SHORT_TOOL_DEADLINE_MS } from '../pubmed/source-limits.ts';
import { defineTool } from './define-tool.ts';
import { dateParam } from './params/date-params.ts';
import { summarySchema, toSummaryAnswers } from './schemas/summary-schema.ts';
import { MODEL, toTerminal } from './shown/reader.ts';
import { renderSummaries } from './shown/render-pubmed.ts';
import type { CorpusServices, ToolContext } from './tool-context.ts';
import { READS_PUBMED } from './tool-facts.ts';

const DEFAULT_LIMIT = 20;

const names = z.array(z.string().max(500)).max(50).optional();
const date = dateParam.optional();

const output = z.object({
  total: z.int().describe('All hits, not only those answered.'),
  results: z.array(summarySchema),
  query_translation: z.string().describe('The query as PubMed understood it.'),
  warnings: z.array(z.string()).describe('What PubMed left out of the query, or could not find.'),
});
export type FoundSummaries = z.output<typeof output>;

export const pubmedSearch = defineTool({
  name: 'pubmed.search',
  kind: 'short',
  scope: 'read',
  title: 'Search live PubMed',
  description:
    "Asks PubMed itself, in its own query language, and answers summaries, each with whether it is stored here and retracted, the total, PubMed's reading of the query and warnings. Values of one filter are OR, filters are AND. Search what is stored already with rag.search. Next: read papers with pubmed.get, or bring the whole query in with pubmed.sync.",
  annotations: READS_PUBMED,
  aliases: { q: 'term', query: 'term' },
  input: z.object({
    term: z
      .string()
      .max(10_000)
      .describe('Words, phrases in quotation marks, fields and operators: "car-t"[tiab] AND glioma[mh].'),
    limit: z.int().min(1).max(200).default(DEFAULT_LIMIT),
    offset: z.int().min(0).default(0).describe('Hits to pass over; PubMed gives the first 9,999 only.'),
    sort: z
      .enum(['relevance', 'date'])
      .default('relevance')
      .describe('Best match, or newest publication first.'),
    date_from: date.describe('YYYY, YYYY-MM or YYYY-MM-DD, inclusive.'),
    date_to: date.describe('As date_from.'),
    date_type: z
      .enum(['pdat', 'edat', 'mdat'])
      .default('pdat')
      .describe('Date of publication, of entry into PubMed, of the last change.'),
    journals: names.describe('Titles, abbreviations, ISSNs or NLM ids.'),
    authors: names.describe('"Smith JA", "Smith", or the name of a group.'),
    mesh: names.describe('MeSH headings; narrower ones are included.'),
    publication_types: names.describe('Such as "Randomized Controlled Trial".'),
    languages: names.describe("Names or NLM's three letters."),
    has_abstract: z.boolean().optional().describe('true: only with an abstract. false: only without.'),
  }),
  output,
  command: {
    about: 'ask PubMed itself, in its query language',
    text: 'term',
    flags: {
      limit: '-n, --limit',
      date_from: '--from',
      date_to: '--to',
      journals: '--journal',
      authors: '--author',
      publication_types: '--type',
      languages: '--language',
    },
  },
  rest: {
    list: 'results',
    toParams: (written, pmids, shown) => ({
      ...written,
      offset: (written.offset ?? 0) + shown,
      limit: pmids.length,
    }),
  },
  tell: (answer) => renderSummaries(answer, MODEL),
  // Not by what is shown: what has no summary was asked for all the same.
  next({ total }, { offset = 0, limit = DEFAULT_LIMIT }) {
    const end = offset + limit;
    return end < Math.min(total, MAX_SEARCH_HITS) ? { offset: end } : null;
  },
  show: (answer, { width }) => renderSummaries(answer, toTerminal(width)),
  async run(
    params,
    { services, signal }: ToolContext<Pick<CorpusServices, 'literature' | 'clock' | 'store'>>,
  ) {
    const { limit, offset, sort, ...filters } = params;
    const deadlineAt = services.clock.now().getTime() + SHORT_TOOL_DEADLINE_MS;
    const { total, results, queryTranslation, warnings } = await searchLiterature(
      services.literature,
      { term: toPubmedQuery(filters), limit, offset, sort },
      { signal, deadlineAt },
    );
    const answered = await toSummaryAnswers(services.store, results, { signal });
    return { total, results: answered, query_translation: queryTranslation, warnings };
  },
});
