import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { z } from 'zod';
import { BioMcpError } from '../../src/errors/bio-mcp-error.ts';
import { defineTool } from '../../src/tools/define-tool.ts';
import type { ToolContext } from '../../src/tools/tool-context.ts';
import { READS_CORPUS } from '../../src/tools/tool-facts.ts';
import { askUntil } from '../support/awaited.ts';
import {
  type AnyJson,
  type McpApp,
  openLocalNcbi,
  openMcpApp,
  toModernRequest,
  WOMBATS,
} from '../support/mcp/mcp-bench.ts';

const TASKS = { extensions: { 'io.modelcontextprotocol/tasks': {} } };

async function ask(
  app: McpApp,
  method: string,
  params: Record<string, unknown>,
  capabilities = TASKS,
): Promise<AnyJson> {
  const answer = await app.post(...toModernRequest(method, params, capabilities));
  const { result, error } = JSON.parse(await answer.text());
  return error ?? result;
}

async function endOf(app: McpApp, taskId: string): Promise<AnyJson> {
  const look = async () => {
    const task = await ask(app, 'tasks/get', { taskId });
    return task.status === 'working' ? null : task;
  };
  return askUntil(look, { what: 'the end of a task', pauseMs: 20 });
}

const FACTS = {
  scope: 'read',
  title: 'Test',
  description: 'For tests.',
  annotations: READS_CORPUS,
  input: z.object({}),
  output: z.object({}),
} as const;

/** Waits until it is told to stop; a test hears of both. */
function createWaitingTool() {
  const started = Promise.withResolvers<void>();
  const stopped = Promise.withResolvers<void>();
  const wait = async (signal: AbortSignal) => {
    started.resolve();
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    stopped.resolve();
    signal.throwIfAborted();
    return {};
  };
  const run = (_params: unknown, { signal }: ToolContext<unknown>) => wait(signal);
  const long = defineTool({ ...FACTS, name: 'test.long', kind: 'long', run });
  const short = defineTool({ ...FACTS, name: 'test.short', kind: 'short', run });
  return { tools: [long, short], started: started.promise, stopped: stopped.promise };
}

describe('a long tool as a task', () => {
  test('is created, worked on and completed with what the tool answered', async () => {
    await using app = await openMcpApp();
    const created = await ask(app, 'tools/call', { name: 'pubmed_sync', arguments: { term: 'wombats' } });
    assert.equal(created.resultType, 'task');
    assert.equal(created.status, 'working');
    assert.deepEqual([created.ttlMs, created.pollIntervalMs], [null, 2_000]);
    const { status, result, resultType } = await endOf(app, created.taskId);
    assert.deepEqual([status, resultType], ['completed', 'complete']);
    const { structuredContent } = result;
    assert.equal(structuredContent.job_id, created.taskId);
    assert.equal(structuredContent.result.archived, WOMBATS.length);
  });

  test('that fails has completed, with a result that says so', async () => {
    const failing = defineTool({
      ...FACTS,
      name: 'test.failing',
      kind: 'long',
      async run(_params, _context: ToolContext<unknown>) {
        throw new BioMcpError('NOT_FOUND', 'There is no such wombat.');
      },
    });
    await using app = await openMcpApp({ tools: [failing] });
    const { taskId } = await ask(app, 'tools/call', { name: 'test_failing', arguments: {} });
    const { status, result, statusMessage } = await endOf(app, taskId);
    assert.deepEqual(
      [status, result.isError, statusMessage],
      ['completed', true, 'There is no such wombat.'],
    );
    const { ok, error_code, tool } = JSON.parse(result.content[0].text);
    assert.deepEqual({ ok, error_code, tool }, { ok: false, error_code: 'NOT_FOUND', tool: 'test_failing' });
  });

  test('is a job, and outlives the process that made it', async () => {
    await using local = await openLocalNcbi({}, 'PostgreSQL');
    let taskId = '';
    {
      await using app = await openMcpApp({ local });
      const created = await ask(app, 'tools/call', { name: 'pubmed_sync', arguments: { term: 'wombats' } });
      taskId = created.taskId;
    }
    await using app = await openMcpApp({ local });
    assert.equal((await endOf(app, taskId)).status, 'completed');
  });

  test('that is cancelled stops what works on it', async () => {
    const { tools, started, stopped } = createWaitingTool();
    await using app = await openMcpApp({ tools });
    const { taskId } = await ask(app, 'tools/call', { name: 'test_long', arguments: {} });
    await started;
    assert.deepEqual((await ask(app, 'tasks/cancel', { taskId })).resultType, 'complete');
    await stopped;
    assert.equal((await endOf(app, taskId)).status, 'cancelled');
    assert.equal((await ask(app, 'tasks/cancel', { taskId })).resultType, 'complete');
    assert.equal((await ask(app, 'tasks/update', { taskId, inputResponses: {} })).resultType, 'complete');
  });

  test('is asked for by its client: without that, the answer is the job, and tasks cannot be told of', async () => {
    await using app = await openMcpApp();
    const call = { name: 'pubmed_sync', arguments: { term: 'quokkas' } };
    const answer = await ask(app, 'tools/call', call, {} as typeof TASKS);
    assert.equal(answer.resultType, 'complete');
    const { job_id, next } = answer.structuredContent;
    assert.ok(next.includes(`jobs_get {"job_id": "${job_id}", "wait_seconds": 45}`));
    assert.equal((await ask(app, 'tasks/get', { taskId: job_id }, {} as typeof TASKS)).code, -32_021);
    const unknown = { taskId: '00000000-0000-4000-8000-000000000000' };
    for (const method of ['tasks/get', 'tasks/update', 'tasks/cancel']) {
      assert.equal((await ask(app, method, unknown)).code, -32_602);
      assert.equal((await ask(app, method, { taskId: 'nonsense' })).code, -32_602);
    }
  });
});

describe('waiting for a job', () => {
  test('tells how far it is on the token of the request that waits', async () => {
    await using app = await openMcpApp();
    await using client = await app.connect();
    const started = await client.callTool({ name: 'pubmed_sync', arguments: { term: 'wombats' } });
    const { job_id } = started.structuredContent as AnyJson;
    const told: number[] = [];
    const onprogress = ({ progress }: { progress: number }) => void told.push(progress);
    const params = { name: 'jobs_get', arguments: { job_id, wait_seconds: 30 } };
    const { structuredContent } = await client.callTool(params, { onprogress });
    assert.equal((structuredContent as AnyJson).state, 'succeeded');
    assert.deepEqual(
      told,
      [...new Set(told)].toSorted((a, b) => a - b),
      'each is above the one before',
    );
    assert.equal(told.at(-1), 100);
  });
});

describe('a client that hangs up', () => {
  const call = { name: 'test_short', arguments: {} };

  test('takes its call back in the newer era', async () => {
    const { tools, started, stopped } = createWaitingTool();
    await using app = await openMcpApp({ tools });
    const hangUp = new AbortController();
    const [body, headers] = toModernRequest('tools/call', call);
    const asked = fetch(`${app.url}/mcp`, {
      method: 'POST',
      body,
      headers: {
        ...headers,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      },
      signal: hangUp.signal,
    });
    await started;
    hangUp.abort();
    await assert.rejects(asked);
    await stopped;
  });

  test('does not in the older era: the call goes on', async () => {
    let aborted = false;
    const started = Promise.withResolvers<void>();
    const released = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<void>();
    const held = defineTool({
      ...FACTS,
      name: 'test.held',
      kind: 'short',
      async run(_params, { signal }: ToolContext<unknown>) {
        started.resolve();
        await released.promise;
        aborted = signal.aborted;
        ended.resolve();
        return {};
      },
    });
    await using app = await openMcpApp({ tools: [held] });
    const hangUp = new AbortController();
    const message = {
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'test_held', arguments: {} },
    };
    const asked = fetch(`${app.url}/mcp`, {
      method: 'POST',
      body: JSON.stringify(message),
      headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
      signal: hangUp.signal,
    });
    const answered = asked.then((answer) => answer.text());
    await started.promise;
    hangUp.abort();
    await assert.rejects(answered);
    released.resolve();
    await ended.promise;
    assert.equal(aborted, false);
  });
});

describe('a client that listens', () => {
  const STATUS = 'bio-mcp://corpus/status';

  test('hears of a sync in the newer era, over HTTP', async () => {
    await using app = await openMcpApp();
    await using client = await app.connect();
    const heard = Promise.withResolvers<string>();
    client.setNotificationHandler('notifications/resources/updated', ({ params }) =>
      heard.resolve(params.uri),
    );
    await using _ = {
      [Symbol.asyncDispose]: (await client.listen({ resourceSubscriptions: [STATUS] })).close,
    };
    await client.callTool({ name: 'pubmed_sync', arguments: { term: 'wombats' } });
    assert.equal(await heard.promise, STATUS);
  });

  test('gets no slot that requests need, and does not keep the server from stopping', async () => {
    await using app = await openMcpApp({ limits: { maxConcurrency: 1 } });
    const [body, headers] = toModernRequest('subscriptions/listen', {
      notifications: { toolsListChanged: true },
    });
    const stream = await app.post(body, headers);
    assert.equal(stream.status, 200);
    const reader = stream.body?.getReader();
    assert.match(new TextDecoder().decode((await reader?.read())?.value), /subscriptions\/acknowledged/);
    assert.equal((await app.post(...toModernRequest('tools/list'))).status, 200);
    await app[Symbol.asyncDispose]();
    await reader?.cancel().catch(() => undefined); // it ended with the server
  });
});
