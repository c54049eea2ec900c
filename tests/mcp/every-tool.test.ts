import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Client, JsonSchemaType } from '@modelcontextprotocol/client';
import { AjvJsonSchemaValidator } from '@modelcontextprotocol/client/validators/ajv';
import { readExample } from '../../scripts/tool-pages.ts';
import type { SearchAnswer } from '../../src/tools/rag-search.ts';
import { TOOLS } from '../../src/tools/tools.ts';
import { firstText, openMcpApp, WOMBATS } from '../support/mcp/mcp-bench.ts';

type Answer = Record<string, unknown>;
type Call = (tool: string, params?: Record<string, unknown>) => Promise<Answer>;

const validator = new AjvJsonSchemaValidator();

/**
 * Calls by the dotted or the underscore form of the name, and holds each answer to the schema that
 * the list gives.
 */
async function createCall(
  client: Client,
  form: (name: string) => string,
): Promise<{ call: Call; called: Set<string> }> {
  const { tools } = await client.listTools();
  const called = new Set<string>();
  const call: Call = async (tool, params = {}) => {
    const result = await client.callTool({ name: form(tool), arguments: params });
    assert.ok(!result.isError, `${tool}: ${firstText(result)}`);
    const listed = tools.find(({ name }) => name === tool.replaceAll('.', '_'));
    assert.ok(listed?.outputSchema, `${tool} is listed without a schema of its answer`);
    const checked = validator.getValidator(listed.outputSchema as JsonSchemaType)(result.structuredContent);
    assert.ok(checked.valid, `${tool}: ${checked.errorMessage}`);
    const text = result.content.map((part) => (part.type === 'text' ? part.text : '')).at(-1) ?? '';
    assert.throws(() => JSON.parse(text), SyntaxError, `${tool}: the text is for reading`);
    if (tool === 'rag.search') holdsAnswer(text, result.structuredContent as SearchAnswer);
    for (const id of listIds(result.structuredContent))
      assert.ok(text.includes(id), `${tool}, ${id}: ${text}`);
    called.add(tool);
    return result.structuredContent as Answer; // the schema says that it is an object
  };
  return { call, called };
}

/** What a next call needs of an answer. */
function listIds(value: unknown, name = ''): string[] {
  if (typeof value === 'string')
    return /^(?:pmid|job_id|checkpoint_id|next_cursor)$/.test(name) ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([field, inner]) => listIds(inner, field));
}

/** The list for reading has every paper, and every sentence as it stands in the abstract. */
function holdsAnswer(text: string, { documents }: SearchAnswer): void {
  for (const [at, { title, pmid, passages }] of documents.entries()) {
    assert.ok(text.includes(`${at + 1}. ${title}\n   PMID ${pmid} · `), text);
    for (const { text: quoted } of passages) assert.ok(text.includes(`“${quoted}”`), text);
  }
}

/** One day's work with every tool; resolves once each was called. */
async function useEveryTool(client: Client, form: (name: string) => string): Promise<void> {
  const { call, called } = await createCall(client, form);
  const [pmid = ''] = WOMBATS;
  const endOf = async ({ job_id }: Answer) => {
    for (;;) {
      const job = await call('jobs.get', { job_id, wait_seconds: 30 });
      if (job.state === 'succeeded' || job.state === 'failed') return job;
    }
  };
  assert.equal((await call('ping', { message: 'hello' })).message, 'hello');
  assert.equal((await call('pubmed.search', { term: 'wombats' })).total, WOMBATS.length);
  assert.equal((await endOf(await call('pubmed.sync', { term: 'wombats' }))).state, 'succeeded');
  assert.equal((await endOf(await call('pubmed.sync.incremental', { term: 'wombats' }))).state, 'succeeded');
  await call('pubmed.get', { pmids: ['7'] });
  await call('pubmed.related', { pmid, relation: 'similar' });
  await call('pubmed.cite', { pmids: [pmid], style: 'bibtex' });
  const found = await call('rag.search', { query: 'wombats', search_mode: 'bm25' });
  assert.equal((found.documents as unknown[]).length, WOMBATS.length);
  assert.equal((await call('rag.get', { doc_id: `pmid:${pmid}` })).pmid, pmid);
  const made = await call('corpus.checkpoint.create', { name: 'before' });
  const { checkpoint_id } = made;
  assert.deepEqual(await call('corpus.checkpoint.get', { checkpoint_id }), made);
  assert.ok(JSON.stringify(await call('corpus.checkpoint.list')).includes(String(checkpoint_id)));
  await call('corpus.checkpoint.diff', { from: checkpoint_id });
  assert.equal((await call('corpus.checkpoint.delete', { checkpoint_id })).deleted, true);
  assert.ok(Number((await call('corpus.status')).documents) >= WOMBATS.length);
  await endOf(await call('corpus.reindex'));
  const load = await call('pubmed.load', { source: 'baseline' });
  assert.match(String(load.next), /jobs_get/);
  assert.ok(((await call('jobs.list')).jobs as unknown[]).length >= 3);
  // A tool that the story does not know of yet is called as its example in docs/tools.md is.
  for (const { name } of TOOLS.filter((tool) => !called.has(tool.name)))
    await call(name, readExample(name).params);
}

const toUnderscores = (name: string) => name.replaceAll('.', '_');
const toDots = (name: string) => name;

/**
 * The golden answers hold what each tool says over every surface; this, that a client which checks
 * schemas takes it.
 */
describe('every tool answers as its own schema says', () => {
  for (const [mode, era, form, toForm] of [
    ['auto', '2026-07-28', 'underscores', toUnderscores],
    ['legacy', '2025-11-25', 'dots', toDots],
  ] as const) {
    test(`over Streamable HTTP, ${era}, by names with ${form}`, async () => {
      await using app = await openMcpApp();
      await using client = await app.connect(mode);
      await useEveryTool(client, toForm);
    });
  }
});
