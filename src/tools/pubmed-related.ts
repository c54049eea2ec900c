import { z } from 'zod';
import { findRelatedLiterature } from '../pubmed/queries/search-literature.ts';
import { SHORT_TOOL_DEADLINE_MS } from '../pubmed/source-limits.ts';
import { defineTool } from './define-tool.ts';
import { pmidParam } from './params/pmid-params.ts';
import { summarySchema, toSummaryAnswers } from './schemas/summary-schema.ts';
import { MODEL, toTerminal } from './shown/reader.ts';
import { renderSummaries } from './shown/render-pubmed.ts';
import type { CorpusServices, ToolContext } from './tool-context.ts';
import { READS_PUBMED } from './tool-facts.ts';

const relation = z.enum(['similar', 'cited_by', 'references']);

const output = z.object({
  pmid: z.string(),
  relation,
  total: z.int(),
  results: z.array(summarySchema),
  warnings: z.array(z.string()),
});
export type RelatedSummaries = z.output<typeof output>;

export const pubmedRelated = defineTool({
  name: 'pubmed.related',
  kind: 'short',
  scope: 'read',
  title: 'Find related articles in PubMed',
  description:
    'Articles that are similar to one, cite it, or are cited by it, with summaries. PubMed knows citations and references only where an article is in PubMed Central; `warnings` says why there is nothing. Read one in full with pubmed.get.',
  annotations: READS_PUBMED,
  listing: 'top-level',
  input: z.object({
    pmid: pmidParam.describe('The PMID to start from.'),
    relation: relation.default('similar'),
    limit: z.int().min(1).max(200).default(20).describe('The closest first for similar.'),
  }),
  output,
  command: {
    about: 'find articles that belong to one',
    flags: { relation: '-r, --relation', limit: '-n, --limit' },
  },
  rest: {
    list: 'results',
    tool: 'pubmed.search',
    toParams: (_written, pmids) => ({
      term: pmids.map((pmid) => `${pmid}[uid]`).join(' OR '),
      limit: pmids.length,
    }),
  },
  tell: (answer) => renderSummaries(answer, MODEL),
  show: (answer, { width }) => renderSummaries(answer, toTerminal(width)),
  async run(
    params,
    { services, signal }: ToolContext<Pick<CorpusServices, 'literature' | 'clock' | 'store'>>,
  ) {
    const deadlineAt = services.clock.now().getTime() + SHORT_TOOL_DEADLINE_MS;
    const { total, results, warnings } = await findRelatedLiterature(services.literature, params, {
      signal,
      deadlineAt,
    });
    const answered = await toSummaryAnswers(services.store, results, { signal });
    const { pmid, relation } = params;
    return { pmid, relation, total, results: answered, warnings };
  },
});
