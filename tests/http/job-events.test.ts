import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, test } from 'node:test';
import { startHttpServer } from '../../src/http/http-server.ts';
import type { EventTiming } from '../../src/http/job-events.ts';
import { createTestApp, createTestQueue } from '../support/http/test-app.ts';
import { shareDatabase, testPostgres } from '../support/postgres/databases.ts';

const openDatabase = shareDatabase(testPostgres);
const { signal } = new AbortController();

interface Event {
  event: string | undefined;
  id: string | undefined;
  data: { state: string; progress: { pct: number } | null };
}

async function serve(eventTiming: EventTiming = { gapMs: 0, heartbeatMs: 60_000 }, maxConcurrency = 200) {
  const stack = new AsyncDisposableStack();
  const queue = createTestQueue(await openDatabase());
  const harness = stack.use(createTestApp({ queue, eventTiming, limits: { maxConcurrency } }));
  const server = await startHttpServer({ app: harness.app, host: '127.0.0.1', port: 0 });
  stack.use(server);
  const { job } = await queue.enqueue({ tool: 'ping', params: {} }, { signal });
  const url = `${server.url}/v1/jobs/${job.jobId}/events`;
  return { ...harness, queue, server, job, url, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

/** The blocks of a stream, one at a time: comments as text, events parsed. */
async function* readBlocks(answer: Response): AsyncGenerator<string> {
  assert.ok(answer.body);
  let text = '';
  for await (const piece of answer.body.pipeThrough(new TextDecoderStream())) {
    text += piece;
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      yield text.slice(0, end);
      text = text.slice(end + 2);
    }
  }
}

function parseEvent(block: string | undefined): Event {
  const fields = new Map(
    (block ?? '').split('\n').map((line) => line.split(/: (.*)/s, 2) as [string, string]),
  );
  return { event: fields.get('event'), id: fields.get('id'), data: JSON.parse(fields.get('data') ?? 'null') };
}

async function nextEvent(blocks: AsyncGenerator<string>): Promise<Event> {
  const { value } = await blocks.next();
  return parseEvent(value);
}

describe('the events of a job', () => {
  test('tell the job at once, then each change, and end after its end', async () => {
    await using app = await serve();
    const answer = await fetch(app.url);
    assert.equal(answer.headers.get('content-type'), 'text/event-stream; charset=utf-8');
    assert.equal(answer.headers.get('cache-control'), 'no-store');
    const blocks = readBlocks(answer);
    const first = await nextEvent(blocks);
    assert.deepEqual([first.event, first.data.state], ['job', 'queued']);
    const lease = await app.queue.claim({ tools: ['ping'] }, { signal });
    assert.ok(lease);
    assert.equal((await nextEvent(blocks)).data.state, 'running');
    await app.queue.saveProgress(lease, { pct: 40 }, { signal });
    assert.equal((await nextEvent(blocks)).data.progress?.pct, 40);
    await app.queue.succeed(lease, { result: {}, resultRef: null }, { signal });
    assert.equal((await nextEvent(blocks)).data.state, 'succeeded');
    assert.equal((await blocks.next()).done, true);
  });

  test('changes within the gap are told as one', async () => {
    await using app = await serve({ gapMs: 100, heartbeatMs: 60_000 });
    const blocks = readBlocks(await fetch(app.url));
    await blocks.next();
    const lease = await app.queue.claim({ tools: ['ping'] }, { signal });
    assert.ok(lease);
    for (const pct of [10, 20, 30]) await app.queue.saveProgress(lease, { pct }, { signal });
    await app.queue.succeed(lease, { result: {}, resultRef: null }, { signal });
    const told: string[] = [];
    for await (const block of blocks) told.push(parseEvent(block).data.state);
    assert.equal(told.at(-1), 'succeeded');
    assert.ok(told.length < 5, told.join());
  });

  test('a listener that comes back with its last id hears only what is new', async () => {
    await using app = await serve();
    const leaving = new AbortController();
    const { id } = await nextEvent(readBlocks(await fetch(app.url, { signal: leaving.signal })));
    leaving.abort();
    assert.ok(id);
    const blocks = readBlocks(await fetch(app.url, { headers: { 'last-event-id': id } }));
    assert.equal((await blocks.next()).value, ': heartbeat');
    await app.queue.cancel(app.job.jobId, { signal });
    const end = await nextEvent(blocks);
    assert.equal(end.data.state, 'failed');
    assert.ok(end.id);
    const over = await fetch(app.url, { headers: { 'last-event-id': end.id } });
    assert.deepEqual([over.status, await over.text()], [204, '']);
  });

  test('a comment keeps the connection alive while nothing changes', async () => {
    await using app = await serve({ gapMs: 0, heartbeatMs: 1 });
    const blocks = readBlocks(await fetch(app.url));
    await blocks.next();
    assert.equal((await blocks.next()).value, ': heartbeat');
    await blocks.return(undefined);
  });

  test('a listener leaves its request slot to others, and has one of a limited number', async () => {
    await using app = await serve({ gapMs: 0, heartbeatMs: 60_000 }, 1);
    const leaving = new AbortController();
    const first = readBlocks(await fetch(app.url, { signal: leaving.signal }));
    await first.next();
    assert.equal((await fetch(`${app.server.url}/v1/jobs`)).status, 200);
    const second = await fetch(app.url);
    assert.equal(second.status, 429);
    assert.match(String(second.headers.get('retry-after')), /^[1-9]\d*$/);
    assert.match(await second.text(), /"error_code":"TOOL_BUSY"/);
  });

  test('a caller who asks for the headers alone listens to nothing', async () => {
    await using app = await serve({ gapMs: 0, heartbeatMs: 60_000 }, 1);
    const headers = await fetch(app.url, { method: 'HEAD' });
    assert.equal(headers.status, 200);
    assert.equal(headers.headers.get('content-type'), 'text/event-stream; charset=utf-8');
    assert.equal(headers.headers.get('content-length'), null);
    const answer = await fetch(app.url);
    assert.equal(answer.status, 200);
    await answer.body?.cancel();
  });

  test('end when the server closes, whether their jobs have ended or not', async () => {
    await using app = await serve();
    const socket = connect(Number(new URL(app.server.url).port), '127.0.0.1');
    socket.write(`GET ${new URL(app.url).pathname} HTTP/1.1\r\nhost: localhost\r\n\r\n`);
    await once(socket, 'data');
    const ended = once(socket, 'close');
    socket.resume();
    await app.server[Symbol.asyncDispose]();
    await ended;
  });
});
