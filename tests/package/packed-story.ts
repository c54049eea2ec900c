import assert from 'node:assert/strict';
import { Client, type JSONRPCMessage, type Transport } from '@modelcontextprotocol/client';
import { z } from 'zod';

const TASKS = 'io.modelcontextprotocol/tasks';
const TERM = 'asthma[tiab]';

const task = z.looseObject({
  taskId: z.string(),
  status: z.string(),
  statusMessage: z.string().optional(),
  result: z.looseObject({ structuredContent: z.looseObject({ state: z.string() }) }).optional(),
});
const progress = z.looseObject({ found: z.number(), indexed: z.number(), pct: z.number() });

/**
 * What an assistant does with a new topic, told by the official client: each step stands on the one before.
 */
export async function tellStory(transport: Transport): Promise<void> {
  const client = new Client(
    { name: 'story', version: '1.0.0' },
    {
      capabilities: { extensions: { [TASKS]: {} } },
      versionNegotiation: { mode: { pin: '2026-07-28' } },
    },
  );
  await client.connect(takingTasks(transport));
  const call = async <Answer extends z.ZodType>(
    name: string,
    params: Record<string, unknown>,
    shape: Answer,
  ): Promise<z.output<Answer>> => {
    const { isError, structuredContent, content } = await client.callTool({ name, arguments: params });
    assert.ok(isError !== true, JSON.stringify(content));
    return shape.parse(structuredContent);
  };
  try {
    const { tools } = await client.listTools();
    assert.ok(tools.some(({ name }) => name === 'pubmed_sync'));

    const found = z.object({ total: z.number(), results: z.array(z.looseObject({ pmid: z.string() })) });
    const { total, results } = await call('pubmed_search', { term: TERM, limit: 5 }, found);
    assert.ok(total > 0);
    const [{ pmid } = { pmid: '' }] = results;

    const params = { name: 'pubmed_sync', arguments: { term: TERM } };
    let sync = await client.request({ method: 'tools/call', params }, task);
    while (sync.status === 'working') {
      const { taskId } = sync;
      await call('jobs_get', { job_id: taskId, wait_seconds: 20 }, z.looseObject({ job_id: z.string() }));
      sync = await client.request({ method: 'tasks/get', params: { taskId } }, task);
    }
    assert.equal(sync.status, 'completed');
    assert.equal(sync.result?.structuredContent.state, 'succeeded');
    const job = z.looseObject({ progress });
    const told = await call('jobs_get', { job_id: sync.taskId }, job);
    assert.deepEqual([told.progress.found, told.progress.indexed], [total, total]);
    assert.equal(told.progress.pct, 100);

    const { contents } = await client.readResource({ uri: `bio-mcp://paper/${pmid}` });
    assert.ok(JSON.stringify(contents).includes(pmid));

    const cited = z.object({ citations: z.array(z.object({ pmid: z.string(), text: z.string() })) });
    const { citations } = await call('pubmed_cite', { pmids: [pmid], style: 'apa' }, cited);
    assert.match(citations[0]?.text ?? '', /\(\d{4}/);

    const frozen = z.looseObject({ checkpoint_id: z.string(), document_count: z.number() });
    const checkpoint = await call('corpus_checkpoint_create', { name: 'asthma, first look' }, frozen);
    assert.equal(checkpoint.document_count, total);
    const answer = z.looseObject({ documents: z.array(z.looseObject({ pmid: z.string() })) });
    const question = { query: 'asthma', checkpoint_id: checkpoint.checkpoint_id };
    assert.ok((await call('rag_search', question, answer)).documents.length > 0);
  } finally {
    await client.close();
  }
}

/**
 * The official client refuses `resultType: 'task'`, which the extension answers a call with: it gets the task
 * as the plain answer to its request, as everything else unchanged.
 */
function takingTasks(transport: Transport): Transport {
  return new Proxy(transport, {
    get(target, name) {
      const member = Reflect.get(target, name, target);
      return typeof member === 'function' ? member.bind(target) : member;
    },
    set(target, name, value) {
      const isHandler = name === 'onmessage' && typeof value === 'function';
      return Reflect.set(target, name, isHandler ? toTaking(value) : value, target);
    },
  });
}

function toTaking(handler: NonNullable<Transport['onmessage']>): typeof handler {
  return (message, extra) => handler(toPlain(message), extra);
}

function toPlain(message: JSONRPCMessage): JSONRPCMessage {
  if (!('result' in message) || message.result.resultType !== 'task') return message;
  return { ...message, result: { ...message.result, resultType: 'complete', content: [] } };
}
