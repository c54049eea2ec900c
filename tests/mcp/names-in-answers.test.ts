import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { TOOLS } from '../../src/tools/tools.ts';
import {
  type AnyJson,
  firstText,
  type McpApp,
  openMcpApp,
  toModernRequest,
} from '../support/mcp/mcp-bench.ts';

const DOTTED = TOOLS.map(({ name }) => name).filter((name) => name.includes('.'));

function assertNoDots(text: string): void {
  for (const name of DOTTED) assert.ok(!text.includes(name), `tells of ${name}: ${text}`);
}

describe('an answer names tools as the list does', () => {
  let app: McpApp;
  before(async () => {
    app = await openMcpApp({ limits: { toolLimits: { 'rag.get': 0 } } });
  });
  after(() => app[Symbol.asyncDispose]());

  async function call(name: string, params: Record<string, unknown>): Promise<AnyJson> {
    const answer = await app.post(...toModernRequest('tools/call', { name, arguments: params }));
    return JSON.parse(await answer.text()).result;
  }

  test('where a call became a job, whose contract keeps the dotted name as data', async () => {
    const result = await call('pubmed_sync', { term: 'wombats' });
    assert.match(firstText(result), /^pubmed_sync became job /);
    assertNoDots(firstText(result));
    assert.equal(result.structuredContent.tool, 'pubmed.sync');
  });

  test('where it failed', async () => {
    const unknown = await call('corpus_checkpoint_get', { checkpoint_id: crypto.randomUUID() });
    assert.match(firstText(unknown), /corpus_checkpoint_list names those that there are/);
    const busy = await call('rag_get', { doc_id: 'pmid:1' });
    assert.match(firstText(busy), /calls of rag_get run already/);
    for (const result of [unknown, busy]) assertNoDots(firstText(result));
  });

  test('and the jobs of a tool are listed by either form of its name', async () => {
    const { job_id } = (await call('pubmed_sync', { term: 'quokkas' })).structuredContent;
    for (const tool of ['pubmed_sync', 'pubmed.sync']) {
      const { jobs } = (await call('jobs_list', { tool })).structuredContent;
      assert.ok(
        jobs.some((job: AnyJson) => job.job_id === job_id),
        tool,
      );
    }
  });

  test('where a job failed, alone and in the list', async () => {
    const posted = await fetch(`${app.url}/v1/jobs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ tool: 'corpus.checkpoint.get', params: { checkpoint_id: crypto.randomUUID() } }),
    });
    const { job_id }: AnyJson = await posted.json();
    const one = await call('jobs_get', { job_id, wait_seconds: 45 });
    const all = await call('jobs_list', { state: 'failed' });
    for (const { content, structuredContent } of [one, all]) {
      const [{ text }] = content;
      assert.match(text, /NOT_FOUND: There is no checkpoint .* corpus_checkpoint_list names/);
      assert.match(JSON.stringify(structuredContent), /corpus_checkpoint_list names/);
    }
  });

  test('and the jobs of a tool that there is not are refused with the nearest name', async () => {
    const result = await call('jobs_list', { tool: 'pubmed_snyc' });
    const { error_code, message } = JSON.parse(firstText(result));
    assert.equal(error_code, 'VALIDATION');
    assert.equal(message, '`tool` must be the name of a tool. Did you mean pubmed_sync?');
    const overHttp = await fetch(`${app.url}/v1/jobs?tool=pubmed.snyc`);
    assert.equal(overHttp.status, 400);
    const body: AnyJson = await overHttp.json();
    assert.equal(body.message, '`tool` must be the name of a tool. Did you mean pubmed.sync?');
  });
});
