import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, test } from 'node:test';
import { sql } from 'kysely';
import { createSqlJobQueue } from '../src/queue/sql-job-queue.ts';
import { openPostgres } from '../src/store/database/database.ts';
import { createSqlJobTable } from '../src/store/jobs/sql-job-table.ts';
import { makeTestHome, type TestHome } from './support/corpus/test-corpus.ts';
import { startSilentServer } from './support/network/silent-server.ts';
import { startCommand } from './support/processes/command-process.ts';
import { startService } from './support/processes/service-process.ts';

const MAIN = new URL('../src/main.ts', import.meta.url).pathname;
const HEADERS = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };

/** With an address to write to, or the start would warn on stderr. */
function toNcbi(url: string) {
  return { BIO_MCP_PUBMED_BASE_URL: url, BIO_MCP_PUBMED_EMAIL: 'library@example.org' };
}

function listJobs(home: TestHome) {
  return home.query((kysely) => kysely.selectFrom('jobs').select(['state', 'attempt']).execute());
}

/** A connection that stays open behind its answer. */
async function openIdle(url: string): Promise<Promise<string>[]> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.write('GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n');
  await once(socket, 'readable');
  return [text(socket)]; // in a list, or it would be awaited here
}

describe('a process that is told to end while PubMed answers nothing', () => {
  test('serve answers 503 to what hangs, ends every stream, puts its jobs back and exits with 0', async () => {
    await using silence = await startSilentServer();
    const settings = { ...toNcbi(silence.url), BIO_MCP_SHUTDOWN_SECONDS: '10' };
    await using home = await makeTestHome({ engine: 'PGlite', settings });
    await using service = await startService(home.env, 'serve');
    const post = (path: string, body: unknown) =>
      fetch(`${service.url}${path}`, { method: 'POST', headers: HEADERS, body: JSON.stringify(body) });
    const [idle] = await openIdle(service.url);
    const posted = await post('/v1/jobs', { tool: 'pubmed.sync', params: { term: 'wombats' } });
    const { job_id } = (await posted.json()) as { job_id: string };
    await silence.reached(1);
    const events = await fetch(`${service.url}/v1/jobs/${job_id}/events`);
    const invoked = post('/v1/mcp/invoke', { tool: 'pubmed.search', params: { term: 'quokkas' } });
    await silence.reached(2);
    const call = { name: 'pubmed_search', arguments: { term: 'koalas' } };
    const called = post('/mcp', { jsonrpc: '2.0', id: 1, method: 'tools/call', params: call });
    await silence.reached(3);
    const told = { name: 'pubmed_search', arguments: { term: 'dingos' }, _meta: { progressToken: 1 } };
    const streamed = post('/mcp', { jsonrpc: '2.0', id: 2, method: 'tools/call', params: told });
    await silence.reached(4);
    service.process.child.kill('SIGTERM');

    const answers = await Promise.all([invoked, called]);
    for (const { status, headers } of answers) {
      assert.deepEqual([status, headers.get('retry-after')], [503, '5']);
    }
    const [envelope, refusal] = await Promise.all(answers.map((answer) => answer.json()));
    const { trace_id: _, ...rest } = envelope as Record<string, unknown>;
    assert.deepEqual(rest, {
      ok: false,
      error_code: 'SHUTTING_DOWN',
      message: 'The service is being stopped; send the request again in a moment.',
      tool: 'pubmed.search',
    });
    const { error } = refusal as { error: { data: { error_code: string } } };
    assert.equal(error.data.error_code, 'SHUTTING_DOWN');
    const last = await (await streamed).text();
    assert.match(last, /"error":\{"code":-32603,"message":"The service is being stopped;/);
    assert.match(await events.text(), /^event: job\n/);
    await idle;
    const { code, stderr } = await service.process.ended;
    assert.deepEqual([code, stderr], [0, '']);
    assert.deepEqual(await listJobs(home), [{ state: 'queued', attempt: 0 }]);
  });

  test('stdio ends at once, and puts its jobs back', async () => {
    await using silence = await startSilentServer();
    const settings = { BIO_MCP_PUBMED_BASE_URL: silence.url, BIO_MCP_LOG_LEVEL: 'silent' };
    await using home = await makeTestHome({ engine: 'PGlite', settings });
    const env = { PATH: process.env.PATH, ...home.env };
    const child = spawn(process.execPath, [MAIN, 'stdio'], { env, stdio: ['pipe', 'ignore', 'inherit'] });
    const exited = once(child, 'exit');
    const calls = [
      { name: 'pubmed_sync', arguments: { term: 'wombats' } },
      { name: 'pubmed_search', arguments: { term: 'quokkas' } },
    ];
    for (const [at, params] of calls.entries()) {
      child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: at, method: 'tools/call', params })}\n`);
      await silence.reached(at + 1);
    }
    child.kill('SIGTERM');
    assert.deepEqual(await exited, [0, null]);
    assert.deepEqual(await listJobs(home), [{ state: 'queued', attempt: 0 }]);
  });
});

describe('a process that is told to end while its database stands still', () => {
  test('a worker is ended hard, and its job is not lost', async ({ signal }) => {
    await using silence = await startSilentServer();
    const settings = { ...toNcbi(silence.url), BIO_MCP_SHUTDOWN_SECONDS: '1' };
    await using home = await makeTestHome({ engine: 'PostgreSQL', settings });
    assert.ok(home.config.database.kind === 'postgres');
    await using database = await openPostgres({ url: home.config.database.url, max: 1 });
    const queue = createSqlJobQueue({
      table: createSqlJobTable({ database }),
      leaseMs: 30_000,
      maxAttempts: 5,
    });
    await queue.enqueue({ tool: 'pubmed.sync', params: { term: 'wombats' } }, { signal });
    await using worker = startCommand(home.env, 'worker');
    await silence.reached(1);
    const held = await database.kysely.startTransaction().execute();
    await sql`lock table jobs in access exclusive mode`.execute(held);
    worker.child.kill('SIGTERM');
    const { code, stderr } = await worker.ended;
    assert.deepEqual([code, stderr], [1, 'bio-mcp: it did not come to its end within 1 s, and is ended\n']);
    await held.rollback().execute();
    const [job] = await listJobs(home);
    // The server may still carry out what it was asked, once the lock is gone.
    assert.ok(job?.state === 'queued' || job?.state === 'running', JSON.stringify(job));
  });
});
