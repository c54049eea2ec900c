import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { findNearestTool } from '../../src/tools/nearest-tool.ts';
import { parseParams } from '../../src/tools/params/parse-params.ts';
import { TOOLS } from '../../src/tools/tools.ts';

function parse(name: string, params: Record<string, unknown>): Record<string, unknown> {
  const tool = TOOLS.find((one) => one.name === name) ?? assert.fail(name);
  return parseParams(tool, params);
}

const ID = '73f51b15-9d32-480a-9434-ffa444d39392';

describe('a call as an assistant gets it wrong', () => {
  const meant: [tool: string, params: Record<string, unknown>, read: Record<string, unknown>][] = [
    ['rag.search', { query: ['wombats'] }, { query: 'wombats' }],
    ['rag.search', { query: 'x y', filters: [{ year_from: 2020 }] }, {}],
    ['rag.search', { query: 'x y', rerank_by_quality: 'yes' }, { rerank_by_quality: true }],
    ['rag.get', { doc_id: ['7'] }, { doc_id: 'pmid:7' }],
    ['rag.get', { pmid: 7, fields: 'Title, affiliations' }, { fields: ['title', 'authors.affiliations'] }],
    ['pubmed.get', { pmids: '7', refresh: 'no' }, { refresh: false }],
    ['corpus.checkpoint.get', { checkpoint_id: ` ${ID.toUpperCase()}\n` }, { checkpoint_id: ID }],
    [
      'pubmed.search',
      { q: 'x', filters: { journals: 'Gut', date_from: 2020 } },
      { journals: ['Gut'], date_from: '2020' },
    ],
  ];
  for (const [tool, params, read] of meant) {
    test(`${tool} ${JSON.stringify(params)} is read as it is meant`, () => {
      const parsed = parse(tool, params);
      for (const [name, value] of Object.entries(read)) assert.deepEqual(parsed[name], value);
    });
  }

  const refused: [tool: string, params: Record<string, unknown>, advice: RegExp][] = [
    ['rag.search', { query: 'x y', search_mode: 'keyword' }, /bm25 \(did you mean bm25\?\)/],
    ['rag.search', { query: 'x y', search_mode: 'vector' }, /did you mean semantic\?/],
    ['rag.search', { query: 'x y', detail: 'high' }, /did you mean full\?/],
    ['rag.search', { q: 'x y', query: 'z z' }, /^`q` stands for `query`, which is given twice/],
    ['rag.search', { q: 'x y', limit: 99 }, /^`limit` must be at most 50\.$/],
    ['rag.search', { q: 7.5, colour: 'blue' }, /^`q` must .*; there are query, /],
    ['rag.search', { q: 'x y\0' }, /^`q` holds a NUL character\.$/],
    ['pubmed.search', { q: 'x', query: 'y' }, /^`query` stands for `term`, which is given twice/],
    ['pubmed.search', { filters: { q: 7.5, limit: 999 } }, /^`q` must be a string; `limit` must be at most/],
    ['pubmed.get', { pmid: ['7', 'x'] }, /^`pmid\[1\]` /],
    ['pubmed.get', { pmid: Array(10_001).fill('7') }, /^`pmid` must have at most 10000 items/],
    ['rag.search', { query: ['a b', 'c d'] }, /^`query` must be a string\.$|^`query` must be a string/],
    ['rag.get', { doc_id: ['7', '8'] }, /must be one paper, .*pubmed\.get reads several/],
    ['rag.get', { doc_id: '7', fields: ['title', 'year'] }, /did you mean `published`\?/],
    ['pubmed.search', { term: 'x', sort: 'newest' }, /did you mean date\?/],
    ['pubmed.search', { term: 'x', year: 2020 }, /did you mean `date_from`\?/],
    ['pubmed.search', { term: 'x', filters: { colour: 'blue' } }, /Unknown parameter `filters`/],
    ['pubmed.related', { pmid: '7', relation: 'citing' }, /did you mean cited_by\?/],
    ['pubmed.cite', { pmids: ['7'], style: 'endnote' }, /did you mean ris\?/],
    ['jobs.list', { state: 'completed' }, /did you mean succeeded\?/],
    [
      'rag.search',
      { query: 'x y', checkpoint_id: 'March' },
      /^`checkpoint_id` .*; corpus\.checkpoint\.list names/,
    ],
    ['rag.get', { doc_id: '7', checkpoint_id: '7' }, /; corpus\.checkpoint\.list names/],
    ['pubmed.cite', { pmids: ['7'], checkpoint_id: 'x' }, /; corpus\.checkpoint\.list names/],
    ['corpus.checkpoint.get', { checkpoint_id: 'x' }, /; corpus\.checkpoint\.list names/],
    ['corpus.checkpoint.diff', { from: 'March' }, /^`from` .*; corpus\.checkpoint\.list names/],
    ['corpus.checkpoint.delete', { checkpoint_id: '' }, /; corpus\.checkpoint\.list names|is required/],
    [
      'corpus.checkpoint.create',
      { name: 'x', parent_checkpoint_id: 'x' },
      /^`parent_checkpoint_id` .*; corpus\.checkpoint\.list names/,
    ],
  ];
  for (const [tool, params, advice] of refused) {
    test(`${tool} ${JSON.stringify(params)} is refused with what to write`, () => {
      assert.throws(() => parse(tool, params), { code: 'VALIDATION', hint: advice });
    });
  }

  const tools = TOOLS.map(({ name, title, description }) => ({
    name: name.replaceAll('.', '_'),
    title,
    description,
  }));
  for (const [given, nearest] of [
    ['pubmed_fetch', 'pubmed_get'],
    ['rag_query', 'rag_search'],
    ['job_status', 'jobs_get'],
    ['corpus_search', 'rag_search'],
    ['get_paper', 'rag_get'],
    ['create_snapshot', 'corpus_checkpoint_create'],
    ['pubmed_serach', 'pubmed_search'],
  ] as const) {
    test(`the tool ${given} is ${nearest}`, () => {
      assert.equal(findNearestTool(given, tools), nearest);
    });
  }
});
