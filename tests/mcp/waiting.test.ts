import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { z } from 'zod';
import { defineTool } from '../../src/tools/define-tool.ts';
import type { ToolContext } from '../../src/tools/tool-context.ts';
import { READS_CORPUS } from '../../src/tools/tool-facts.ts';
import {
  type AnyJson,
  type McpApp,
  type McpAppOptions,
  openMcpApp,
  toModernRequest,
} from '../support/mcp/mcp-bench.ts';

/** Runs until it is cancelled. */
const endless = defineTool({
  name: 'test.endless',
  kind: 'long',
  scope: 'read',
  title: 'Test',
  description: 'For tests.',
  annotations: READS_CORPUS,
  input: z.object({}),
  output: z.object({}),
  async run(_params, { signal }: ToolContext<unknown>) {
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    signal.throwIfAborted();
    return {};
  },
});

/** A job that goes on, and a promise of the first wait for it with the signal that it ends by. */
async function openEndlessJob(options: McpAppOptions = {}) {
  const waits = Promise.withResolvers<AbortSignal>();
  const app = await openMcpApp({
    ...options,
    tools: [endless],
    onCall({ tool, params }, signal) {
      if (tool === 'jobs.get' && Object.hasOwn(params as object, 'wait_seconds')) waits.resolve(signal);
    },
  });
  const { job_id } = await read(
    app.post(...toModernRequest('tools/call', { name: 'test_endless', arguments: {} })),
  );
  return { app, job_id: String(job_id), waits: waits.promise };
}

async function read(asked: Promise<Response>): Promise<AnyJson> {
  return JSON.parse(await (await asked).text()).result.structuredContent;
}

function look(app: McpApp, params: Record<string, unknown>): Promise<Response> {
  return app.post(...toModernRequest('tools/call', { name: 'jobs_get', arguments: params }));
}

describe('callers that wait for jobs', () => {
  test('take no slot of those who look; one too many is told at once how it stands', async () => {
    const { app, job_id, waits } = await openEndlessJob({ limits: { toolLimits: { 'jobs.get': 1 } } });
    await using _ = app;
    const waiting = read(look(app, { job_id, wait_seconds: 45 }));
    await waits;
    const goesOn = /^(queued|running)$/;
    assert.match((await read(look(app, { job_id }))).state, goesOn);
    assert.match((await read(look(app, { job_id, wait_seconds: 45 }))).state, goesOn);
    await fetch(`${app.url}/v1/jobs/${job_id}`, { method: 'DELETE' });
    assert.equal((await waiting).state, 'failed');
  });

  test('are no different over POST /v1/mcp/invoke', async () => {
    const { app, job_id, waits } = await openEndlessJob({ limits: { toolLimits: { 'jobs.get': 1 } } });
    await using _ = app;
    const waiting = look(app, { job_id, wait_seconds: 45 });
    await waits;
    for (const params of [{ job_id }, { job_id, wait_seconds: 45 }]) {
      const answer = await fetch(`${app.url}/v1/mcp/invoke`, {
        method: 'POST',
        body: JSON.stringify({ tool: 'jobs.get', params }),
        headers: { 'content-type': 'application/json' },
      });
      assert.equal(answer.status, 200);
      const { result }: AnyJson = await answer.json();
      assert.match(result.state, /^(queued|running)$/);
    }
    await fetch(`${app.url}/v1/jobs/${job_id}`, { method: 'DELETE' });
    await waiting;
  });

  for (const era of ['legacy', 'modern'] as const) {
    for (const [form, meta] of [
      ['as JSON', {}],
      ['as a stream', { _meta: { progressToken: 1 } }],
    ] as const) {
      test(`wait no longer once they hang up: ${era}, ${form}`, async () => {
        const { app, job_id, waits } = await openEndlessJob();
        await using _ = app;
        const params = { name: 'jobs_get', arguments: { job_id, wait_seconds: 45 }, ...meta };
        const [body, headers] =
          era === 'modern'
            ? toModernRequest('tools/call', params)
            : [JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }), {}];
        const hangUp = new AbortController();
        const asked = fetch(`${app.url}/mcp`, {
          method: 'POST',
          body,
          headers: {
            'content-type': 'application/json',
            accept: 'application/json, text/event-stream',
            ...headers,
          },
          signal: hangUp.signal,
        }).then((answer) => answer.text());
        const signal = await waits;
        const ended = new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
        hangUp.abort();
        await assert.rejects(asked);
        await ended;
      });
    }
  }
});
