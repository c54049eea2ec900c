import { join } from 'node:path';

export interface Step {
  tool: string;
  params: Record<string, unknown>;
  /** Takes what a later step names from this one's answer. */
  keep?: Record<string, (answer: never) => string>;
}

export const FIXTURES = join(import.meta.dirname, '../fixtures');
const BASELINE = join(FIXTURES, 'nlm-files/pubmed26n1334.xml.gz');
const UPDATE = join(FIXTURES, 'nlm-files/pubmed26n1335.xml.gz');

/**
 * Every tool at least once, in the order of one story. `$name` in params stands for what an
 * earlier step kept.
 */
export const STORY: readonly Step[] = [
  { tool: 'ping', params: { message: 'hello' } },
  { tool: 'pubmed.load', params: { source: BASELINE } },
  {
    tool: 'corpus.checkpoint.create',
    params: { name: 'before the update', primary_queries: ['asthma'] },
    keep: { checkpoint: ({ checkpoint_id }: { checkpoint_id: string }) => checkpoint_id },
  },
  { tool: 'pubmed.load', params: { source: UPDATE } },
  { tool: 'corpus.checkpoint.get', params: { checkpoint_id: '$checkpoint' } },
  { tool: 'corpus.checkpoint.list', params: { limit: 5 } },
  { tool: 'corpus.checkpoint.diff', params: { from: '$checkpoint', limit: 5 } },
  { tool: 'corpus.status', params: {} },
  {
    tool: 'rag.search',
    params: { query: 'treatment of patients', top_k: 2, search_mode: 'bm25' },
    keep: { doc: ({ documents }: { documents: { doc_id: string }[] }) => documents[0]?.doc_id ?? '' },
  },
  {
    tool: 'rag.search',
    params: { query: 'treatment of patients', top_k: 1, checkpoint_id: '$checkpoint', detail: 'full' },
  },
  { tool: 'rag.search', params: { query: '', top_k: 0 } },
  { tool: 'rag.get', params: { doc_id: '$doc' } },
  { tool: 'rag.get', params: { doc_id: '$doc', fields: ['title', 'authors', 'abstract', 'references'] } },
  { tool: 'rag.get', params: { doc_id: '$doc', fields: ['affiliations', 'sections'] } },
  { tool: 'rag.get', params: { doc_id: '$doc', fields: ['abstrct'] } },
  { tool: 'rag.get', params: { doc_id: 'pmid:1' } },
  { tool: 'pubmed.search', params: { term: 'asthma[tiab]', limit: 2 } },
  { tool: 'pubmed.search', params: { term: 'asthma', colour: 'blue' } },
  { tool: 'pubmed.get', params: { pmids: ['25241607', '999999999'] } },
  { tool: 'pubmed.related', params: { pmid: '25241607', relation: 'similar', limit: 1 } },
  { tool: 'pubmed.cite', params: { pmids: ['25241607'], style: 'vancouver' } },
  { tool: 'pubmed.cite', params: { pmids: ['25241607'], style: 'bibtex' } },
  { tool: 'pubmed.sync', params: { term: 'asthma[tiab]' } },
  { tool: 'pubmed.sync.incremental', params: { term: 'asthma[tiab]' } },
  {
    tool: 'jobs.list',
    params: { tool: 'pubmed.sync', limit: 1 },
    keep: { job: ({ jobs }: { jobs: { job_id: string }[] }) => jobs[0]?.job_id ?? '' },
  },
  { tool: 'jobs.get', params: { job_id: '$job', wait_seconds: 1 } },
  { tool: 'jobs.get', params: { job_id: '01a20d17-b8bc-70e4-9f1b-de1700330c82' } },
  { tool: 'corpus.reindex', params: {} },
  { tool: 'corpus.checkpoint.delete', params: { checkpoint_id: '$checkpoint' } },
];
