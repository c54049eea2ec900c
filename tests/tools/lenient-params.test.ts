import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { toParamsHash } from '../../src/queue/params-hash.ts';
import { createCatalogue } from '../../src/tools/catalogue.ts';
import { findWait } from '../../src/tools/find-wait.ts';
import { parseParams } from '../../src/tools/params/parse-params.ts';
import { TOOLS } from '../../src/tools/tools.ts';

type Params = Record<string, unknown>;

const catalogue = createCatalogue(TOOLS);
const ID = '6f1b1f6e-3c4a-4f0e-9a53-0d7c1c0b2a11';

/** One parameter set a line as callers write it, and as the contract has it. */
const READ: Record<string, [written: Params, meant: Params][]> = {
  'rag.search': [
    [{ q: 'glioma' }, { query: 'glioma' }],
    [
      { q: 'glioma', limit: 5 },
      { query: 'glioma', top_k: 5 },
    ],
    [
      { query: 'glioma', top_k: '5', alpha: '0.25' },
      { query: 'glioma', top_k: 5, alpha: 0.25 },
    ],
    [
      { query: 'glioma', search_mode: 'BM25' },
      { query: 'glioma', search_mode: 'bm25' },
    ],
    [
      { query: ['glioma'], search_mode: ['bm25'], top_k: [5], rerank_by_quality: ['yes'], date_from: [2020] },
      {
        query: 'glioma',
        search_mode: 'bm25',
        top_k: 5,
        rerank_by_quality: true,
        filters: { date_from: '2020' },
      },
    ],
    [
      { query: 'glioma', rerank_by_quality: 'true' },
      { query: 'glioma', rerank_by_quality: true },
    ],
    [
      { query: 'glioma', mesh: 'Humans' },
      { query: 'glioma', filters: { mesh: ['Humans'] } },
    ],
    [
      { query: 'glioma', year_from: '2020', filters: { authors: 'Carbone DP' } },
      { query: 'glioma', filters: { year_from: 2020, authors: ['Carbone DP'] } },
    ],
    [
      { query: 'glioma', filters: '{"journals":["Gut"],"exclude_retracted":"False"}' },
      { query: 'glioma', filters: { journals: ['Gut'], exclude_retracted: false } },
    ],
    [
      { query: 'glioma', filters: { languages: '["eng","ger"]', mesh: '' } },
      { query: 'glioma', filters: { languages: ['eng', 'ger'] } },
    ],
    [
      { query: 'glioma', filters: { date_from: '2020-03-01T12:00:00Z', date_to: 2021 } },
      { query: 'glioma', filters: { date_from: '2020-03-01', date_to: '2021' } },
    ],
    [
      { query: 'glioma', filters: { date_from: '2020/3/1', date_to: '2021-04-05T23:59:59.999+02:00' } },
      { query: 'glioma', filters: { date_from: '2020-03-01', date_to: '2021-04-05' } },
    ],
    [
      { query: 'glioma', filters: { pmids: 'PMID: 7' } },
      { query: 'glioma', filters: { pmids: ['7'] } },
    ],
    [
      { query: 'glioma', pmids: [7, 'pmid:8'] },
      { query: 'glioma', filters: { pmids: ['7', '8'] } },
    ],
  ],
  'rag.get': [
    [{ pmid: 23193287 }, { doc_id: 'pmid:23193287' }],
    [{ doc_id: 'PMID: 23193287' }, { doc_id: 'pmid:23193287' }],
    [{ doc_id: [23193287] }, { doc_id: 'pmid:23193287' }],
    [{ doc_id: ' https://pubmed.ncbi.nlm.nih.gov/23193287/ ' }, { doc_id: 'pmid:23193287' }],
    [
      { doc_id: '23193287', checkpoint_id: ID.toUpperCase() },
      { doc_id: 'pmid:23193287', checkpoint_id: ID },
    ],
  ],
  'pubmed.get': [
    [{ pmid: 7 }, { pmids: ['7'] }],
    [{ pmids: 'pmid:7' }, { pmids: ['7'] }],
    [{ pmids: '7, 8;9 7' }, { pmids: ['7', '8', '9'] }],
    [
      { pmids: '["7", 8]', refresh: 'TRUE' },
      { pmids: ['7', '8'], refresh: true },
    ],
    [
      {
        pmids: [
          'PMID 1',
          'pubmed id: 2',
          'pubmed.ncbi.nlm.nih.gov/3',
          'https://www.ncbi.nlm.nih.gov/pubmed/4?dopt=Abstract',
          'https://europepmc.org/article/MED/5',
          '0006',
        ],
      },
      { pmids: ['1', '2', '3', '4', '5', '6'] },
    ],
  ],
  'pubmed.related': [
    [
      { pmid: 'pmid:7', relation: 'Cited by', limit: '3' },
      { pmid: '7', relation: 'cited_by', limit: 3 },
    ],
  ],
  'pubmed.cite': [
    [
      { pmid: 'PMID: 7', style: 'BibTeX' },
      { pmids: ['7'], style: 'bibtex' },
    ],
    [
      { pmids: 7, style: 'CSL JSON' },
      { pmids: ['7'], style: 'csl-json' },
    ],
  ],
  'pubmed.search': [
    [
      { q: 'glioma', limit: '5', offset: '10' },
      { term: 'glioma', limit: 5, offset: 10 },
    ],
    [
      { query: 'glioma', journals: 'Gut', has_abstract: 'true' },
      { term: 'glioma', journals: ['Gut'], has_abstract: true },
    ],
    [
      { term: 'glioma', date_from: 2020, date_to: '2021-02-03T00:00:00+00:00' },
      { term: 'glioma', date_from: '2020', date_to: '2021-02-03' },
    ],
  ],
  'pubmed.sync': [
    [
      { q: 'glioma', limit: '5' },
      { term: 'glioma', limit: 5 },
    ],
  ],
  'pubmed.sync.incremental': [
    [
      { query: 'glioma', since: '2026-01-02T03:04:05Z' },
      { term: 'glioma', since: '2026-01-02' },
    ],
    [
      { term: 'glioma', since: '2026/1/2' },
      { term: 'glioma', since: '2026-01-02' },
    ],
  ],
  'corpus.checkpoint.create': [
    [
      { name: 'a', primary_queries: 'glioma' },
      { name: 'a', primary_queries: ['glioma'] },
    ],
  ],
  'corpus.checkpoint.list': [[{ limit: '7' }, { limit: 7 }]],
  'jobs.list': [
    [
      { state: 'Running', limit: '7' },
      { state: 'running', limit: 7 },
    ],
  ],
  'jobs.get': [
    [
      { job_id: ID, wait_seconds: '30' },
      { job_id: ID, wait_seconds: 30 },
    ],
  ],
};

describe('parameters as callers write them', () => {
  for (const [name, lines] of Object.entries(READ)) {
    const tool = catalogue.get(name);
    for (const [written, meant] of lines) {
      test(`${name} ${JSON.stringify(written)} is ${JSON.stringify(meant)}`, () => {
        const parsed = parseParams(tool, written);
        const wanted = parseParams(tool, meant);
        assert.deepEqual(parsed, wanted);
        assert.partialDeepStrictEqual(parsed, meant);
        assert.equal(toParamsHash(parsed), toParamsHash(wanted));
        assert.deepEqual(parseParams(tool, parsed), parsed);
      });
    }
  }

  test('are still refused where they could mean something else, in a sentence that tells the way out', () => {
    const refused: [name: string, params: Params, sentence: RegExp][] = [
      ['rag.search', { query: 7 }, /^`query` must be a string\.$/],
      ['rag.search', { query: 'ab', top_k: 'ten' }, /^`top_k` must be a number\.$/],
      ['rag.search', { query: 'ab', top_k: '1e1' }, /^`top_k` must be a number\.$/],
      ['rag.search', { query: 'ab', filters: 'Humans' }, /^`filters` must be an object\.$/],
      ['rag.search', { query: 'ab', filters: '{"mesh"' }, /^`filters` must be an object\.$/],
      ['rag.search', { query: 'ab', filters: { mesh: { name: 'a' } } }, /^`filters\.mesh` must be a list\.$/],
      ['rag.search', { query: 'ab', max_results: 5 }, /\(did you mean `top_k`\?\); there are query, top_k, /],
      ['rag.search', { query: 'ab', start_date: '2020' }, /\(did you mean `filters\.date_from`\?\)/],
      [
        'rag.search',
        { query: 'ab', filters: { type: 'Review' } },
        /`type` in `filters` \(did you mean `publication_types`\?\); in `filters` there are date_from, /,
      ],
      ['pubmed.search', { term: 'ab', mesh_terms: ['a'] }, /\(did you mean `mesh`\?\)/],
      [
        'rag.get',
        { doc_id: '10.1000/a' },
        /^`doc_id` must be "pmid:" and a PMID.*; pubmed\.search finds one by DOI/,
      ],
      ['rag.get', { id: '7' }, /`doc_id` is required; unknown parameter `id` \(did you mean `doc_id`\?\)/],
      [
        'pubmed.get',
        { pmids: ['PMC7'] },
        /^`pmids\[0\]` must be a PMID: .*; pubmed\.search finds one by DOI/,
      ],
      ['pubmed.get', { pmids: 'https://example.org/7' }, /^`pmids\[0\]` must be a PMID: /],
      ['pubmed.cite', { pmids: 7, style: 'bibtx' }, /\(did you mean bibtex\?\)\.$/],
      ['jobs.get', { id: ID }, /\(did you mean `job_id`\?\)/],
      ['corpus.checkpoint.get', { id: ID }, /\(did you mean `checkpoint_id`\?\)/],
    ];
    for (const [name, params, sentence] of refused) {
      assert.throws(
        () => parseParams(catalogue.get(name), params),
        { hint: sentence },
        JSON.stringify(params),
      );
    }
  });

  test('say how long a call only waits, also as text', () => {
    const rest = { job_id: ID };
    assert.deepEqual(findWait(catalogue.get('jobs.get'), { ...rest, wait_seconds: '30' }), rest);
    assert.equal(findWait(catalogue.get('jobs.get'), { ...rest, wait_seconds: 'long' }), null);
  });
});
