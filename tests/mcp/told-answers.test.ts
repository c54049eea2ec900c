import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readExample } from '../../scripts/tool-pages.ts';
import { tellAnswer } from '../../src/mcp/answers/tell-answer.ts';
import { createToolNames } from '../../src/mcp/tool-names.ts';
import type { Tool } from '../../src/tools/define-tool.ts';
import { TOOLS } from '../../src/tools/tools.ts';

const names = createToolNames(
  TOOLS.map(({ name }) => name),
  'underscore',
);
/**
 * Of what a text leaves to the structured content: codes, what stands there in another form, and the given.
 */
const LEFT =
  /^(?:doc_id|id|ui|category|kind|precision|status|search_mode|relation|style|term|query_translation|run_id|retraction_status|journal_title|published_electronically|languages|publication_types|files|value|pubmed|sections|initials)$/;

function readAnswer(name: string) {
  const { params, result } = readExample(name);
  return { params, result: result as Record<string, unknown> }; // every tool answers an object
}

function find(name: string): Tool<never> {
  return TOOLS.find((tool) => tool.name === name) ?? assert.fail(name);
}

function tell(name: string, answer: object, written: object = {}): string {
  return tellAnswer(find(name), answer, { names, written: { ...written } });
}

/** The texts of an answer, but for those that `LEFT` names. */
function listTexts(value: unknown, name = ''): string[] {
  if (LEFT.test(name) || (name === 'reason' && /^[a-z_]+$/.test(String(value)))) return [];
  if (typeof value === 'string') return [name === 'tool' ? names.toListed(value) : value];
  if (Array.isArray(value)) return value.flatMap((one) => listTexts(one, name));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([field, inner]) => listTexts(inner, field));
}

const CURSOR = 'eyJsIjoiam9icyJ9';
const WITH_CURSOR = ['corpus.checkpoint.list', 'corpus.checkpoint.diff', 'jobs.list'];

describe('the text of an answer', () => {
  test('of rag.get has revisions and the raw record where they were asked for', () => {
    const revision = {
      revision: 2,
      fetched_at: '2026-01-02T03:04:05Z',
      content_hash: 'f'.repeat(64),
      s3_uri: 's3://bucket/key',
      changed: ['title'],
    };
    const raw = { payload: '<PubmedArticle/>', encoding: 'utf8' };
    const answer = { doc_id: 'pmid:1', pmid: '1', retraction_status: 'none', revisions: [revision], raw };
    const text = tell('rag.get', answer);
    for (const value of ['Revision 2', revision.fetched_at, revision.s3_uri, 'title', raw.payload])
      assert.ok(text.includes(value), `${value} is not in ${text}`);
  });

  test('of rag.get has what cites it where it was asked for, with what was retracted, and how many', () => {
    const paper = {
      doc_id: 'pmid:2',
      pmid: '2',
      title: 'It cites.',
      journal: 'J Tests',
      published: '2020 May',
      retraction_status: 'none',
      retracted_since: true,
    };
    const cited_by = { total: 51, papers: [paper], complete: false };
    const text = tell('rag.get', { doc_id: 'pmid:1', pmid: '1', retraction_status: 'none', cited_by });
    assert.match(text, /Cited by 51 in the corpus, the newest 1 of them:\n/);
    assert.match(text, /1\. It cites\. · PMID 2 · J Tests · 2020 May · RETRACTED SINCE\n/);
    assert.match(text, /a reindex reads it/);
    const none = { total: 0, papers: [], complete: true };
    const alone = tell('rag.get', { doc_id: 'pmid:1', pmid: '1', retraction_status: 'none', cited_by: none });
    assert.match(alone, /Cited by 0 in the corpus\.$/);
  });

  test('of pubmed.search has six authors, how many there are, and volume, issue and pages', () => {
    const { result } = readAnswer('pubmed.search');
    const [first = {}] = result.results as object[];
    const authors = Array.from({ length: 8 }, (_, at) => `Name${at} A`);
    const place = { published: '2016 Sep', volume: '17', issue: '9', pages: '46' };
    const tellOne = (facts: object) =>
      tell('pubmed.search', { ...result, total: 1, results: [{ ...first, ...facts }] });
    const text = tellOne({ ...place, authors });
    assert.match(text, /Name0 A, .*Name5 A, et al\. \(8\) · .* · 2016 Sep;17\(9\):46/);
    assert.match(tellOne({ ...place, issue: null, pages: null }), / · 2016 Sep;17(?: ·|\n)/);
    assert.match(tellOne({ ...place, volume: null, issue: null }), / · 2016 Sep:46/);
    assert.doesNotMatch(tellOne({ authors: authors.slice(0, 6) }), /et al/);
  });

  for (const { name } of TOOLS) {
    test(`of ${name} is to be read, holds what was answered, and is no longer than the JSON`, () => {
      const { params, result } = readAnswer(name);
      const text = tell(name, result, params);
      assert.throws(() => JSON.parse(text), SyntaxError);
      assert.doesNotMatch(text, /\b(?:null|undefined)\b|\[object /);
      const lines = text.replaceAll(/\s+/g, ' ');
      for (const part of listTexts(result)) {
        for (const line of part.split('\n').filter((one) => one !== '')) {
          assert.ok(lines.includes(line), `${name} does not tell "${line}":\n${text}`);
        }
      }
      if (JSON.stringify(result).length > 400) assert.ok(text.length <= JSON.stringify(result).length);
    });
  }

  test('ends with the call that goes on: of a page, of a job that runs, and behind the last hit', () => {
    for (const name of WITH_CURSOR) {
      const { params, result } = readAnswer(name);
      const call = `Next: ${names.toListed(name)} ${JSON.stringify({ ...params, cursor: CURSOR })}`;
      assert.ok(tell(name, { ...result, next_cursor: CURSOR }, params).endsWith(`\n\n${call}`));
      assert.doesNotMatch(tell(name, { ...result, next_cursor: null }, params), /Next:/);
    }
    const { result: job } = readAnswer('jobs.get');
    const running = { ...job, state: 'running', finished_at: null, result: null };
    const written = { job_id: job.job_id };
    assert.match(
      tell('jobs.get', running, written),
      /\nNext: jobs_get \{"job_id":"[^"]+","wait_seconds":45\}$/,
    );
    assert.doesNotMatch(tell('jobs.get', job, written), /Next:/);
    const found = { ...readAnswer('pubmed.search').result, total: 9 };
    // One of the three had no summary: the next ones begin behind it all the same.
    const asked = { term: 'falls', offset: 4, limit: 3 };
    assert.match(
      tell('pubmed.search', found, asked),
      /\nNext: pubmed_search \{"term":"falls","offset":7,"limit":3\}$/,
    );
    assert.doesNotMatch(tell('pubmed.search', found, { ...asked, limit: 200 }), /Next:/);
  });

  test('begins with what was left out and the call that brings it, and then names no other', () => {
    const { result } = readAnswer('pubmed.search');
    const call = 'pubmed_search {"term":"falls","offset":2}';
    const not_shown = { note: '5 of 7 results are left out, for length; `call` brings them.', ids: [], call };
    const text = tell('pubmed.search', { not_shown, ...result }, { term: 'falls' });
    assert.match(
      text,
      /^Note: 5 of 7 results are left out, for length; pubmed_search \{.*\} brings them\.\n\n/,
    );
    assert.doesNotMatch(text, /Next:/);
  });

  test('tells what went wrong with a job, with PMIDs and with citations, first', () => {
    const { result: job } = readAnswer('jobs.get');
    const error = { error_code: 'PUBMED_UNAVAILABLE', message: 'NCBI does not answer.' };
    const failed = tell('jobs.get', { ...job, state: 'failed', error, result: null });
    assert.match(failed, /· failed\n {3}PUBMED_UNAVAILABLE: NCBI does not answer\.\n/);
    const problems = [{ pmid: '8', reason: 'merged_into', merged_into: '9' }];
    const cited = {
      style: 'apa',
      citations: [{ pmid: '7', text: 'Doe, J.', retracted_since: true }],
      problems,
    };
    assert.equal(
      tell('pubmed.cite', cited),
      'PMID 7: it was retracted after the checkpoint.\nPMID 8: It is now part of another record: PMID 9.\n\nPMID 7: Doe, J.',
    );
  });

  test('of a job tells the answer of its tool, in other words where another release made it', () => {
    const { result: job } = readAnswer('jobs.get');
    const made = { ...job, tool: 'corpus.count', result: { counted: 7, left_out: { problems: 3 } } };
    assert.match(tell('jobs.get', made), /\n\ncounted: 7\nleft out:\n {2}problems: 3$/);
    const cut = { ...job, result: { ...(job.result as object), left_out: { problems: 3 } } };
    assert.match(tell('jobs.get', cut), /1,000 records: .*\n(?:.*\n)*left out:\n {2}problems: 3$/);
  });

  test('of fields that were named has these, and nothing of the others', () => {
    const bare = { doc_id: 'pmid:7', pmid: '7', retraction_status: 'retracted' };
    assert.equal(tell('rag.get', bare), 'pmid:7\n   PMID 7 · RETRACTED');
    const grants = [{ id: 'R01 CA1', agency: 'NCI NIH HHS', country: 'United States' }];
    assert.equal(
      tell('pubmed.get', {
        records: [{ ...bare, title: 'Of falls.', abstract: null, grants }],
        problems: [],
      }),
      'Of falls.\n   PMID 7 · RETRACTED\n\n   No abstract.\n\n   Grants: R01 CA1, NCI NIH HHS, United States',
    );
  });

  test('holds nothing that steers a terminal, and is never longer than 90,000 characters', () => {
    const title = `Of\u009b31m falls ${'x'.repeat(100_000)}`;
    const text = tell('rag.get', { doc_id: 'pmid:7', pmid: '7', retraction_status: 'none', title });
    assert.ok(text.startsWith('Of falls x'));
    assert.equal(text.length, 90_000);
    assert.match(text, /The rest stands in the structured content\.$/);
  });
});
