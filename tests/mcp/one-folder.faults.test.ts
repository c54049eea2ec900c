import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import type { Client } from '@modelcontextprotocol/client';
import type { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { askUntil } from '../support/awaited.ts';
import { awaitEnd } from '../support/jobs/ended-job.ts';
import { type AnyJson, connectStdio, openLocalNcbi, WOMBATS } from '../support/mcp/mcp-bench.ts';
import { startHeldGate } from '../support/network/held-gate.ts';
import { startCommand } from '../support/processes/command-process.ts';

const MAIN = new URL('../../src/main.ts', import.meta.url).pathname;

async function ask(client: Client, name: string, params: Record<string, unknown> = {}): Promise<AnyJson> {
  const result = await client.callTool({ name, arguments: params });
  assert.ok(!result.isError, JSON.stringify(result.content));
  return result.structuredContent;
}

function pidOf({ transport }: Client): number {
  return (transport as StdioClientTransport).pid ?? 0; // `connectStdio` makes no other
}

describe('desktop clients that share a data folder', () => {
  test('all work, and go on when the one that has it is killed in the middle of a wait', async () => {
    await using local = await openLocalNcbi();
    await using gate = await startHeldGate({ before: local.ncbi.url });
    const env = { ...local.home.env, BIO_MCP_PUBMED_BASE_URL: gate.url };
    await using owner = await connectStdio(env);
    await using other = await connectStdio(env, 'legacy');
    assert.equal((await ask(owner, 'corpus_status')).documents, 0);
    // The sync stands still at NCBI, so that the wait for it lasts.
    const { job_id } = await ask(other, 'pubmed_sync', { term: 'wombats' });
    await gate.reached;
    const waiting = awaitEnd(() => ask(other, 'jobs_get', { job_id, wait_seconds: 45 }));
    process.kill(pidOf(owner), 'SIGKILL');
    gate.open();
    assert.equal((await waiting).state, 'succeeded');
    assert.equal((await ask(other, 'corpus_status')).documents, WOMBATS.length);
  });

  test('hand it over to serve, work through that, and take it again when serve is gone', async () => {
    await using local = await openLocalNcbi({ BIO_MCP_HTTP_PORT: '0', BIO_MCP_LOG_LEVEL: 'info' });
    const { env } = local.home;
    await using client = await connectStdio(env);
    const [pmid = ''] = WOMBATS;
    await ask(client, 'pubmed_get', { pmids: [pmid] });
    await using serve = startCommand(env, 'serve');
    await serve.says('listening');
    assert.equal((await ask(client, 'rag_get', { doc_id: `pmid:${pmid}` })).pmid, pmid);
    const ref = { type: 'ref/resource', uri: 'bio-mcp://paper/{pmid}' } as const;
    const { completion } = await client.complete({ ref, argument: { name: 'pmid', value: '5' } });
    assert.deepEqual(completion.values, [pmid]);
    serve.child.kill('SIGTERM');
    assert.equal((await serve.ended).code, 0);
    assert.equal((await ask(client, 'corpus_status')).documents, 1);
  });

  test('name no source over the owner that they could not name themselves', async () => {
    await using local = await openLocalNcbi();
    await using owner = await connectStdio(local.home.env);
    await using other = await connectStdio(local.home.env);
    await ask(owner, 'corpus_status');
    for (const client of [owner, other]) {
      const { isError, content } = await client.callTool({
        name: 'pubmed_load',
        arguments: { source: '/etc/passwd' },
      });
      assert.equal(isError, true);
      assert.match(JSON.stringify(content), /VALIDATION/);
    }
  });
});

describe('bio-mcp stdio as a process', () => {
  test('lists its tools without opening the corpus, and ends with the input, with nothing left behind', async () => {
    await using local = await openLocalNcbi({ BIO_MCP_DATA_DIR: '/dev/null/no/such/folder' });
    const client = await connectStdio(local.home.env);
    assert.ok((await client.listTools()).tools.length > 0);
    const pid = pidOf(client);
    await client.close();
    await ended(pid);
  });

  for (const [how, end] of [
    ['hangs up', (child: ChildProcess) => child.stdin?.end()],
    ['has it stopped with SIGTERM', (child: ChildProcess) => child.kill('SIGTERM')],
  ] as const) {
    test(`ends when its client, which reads nothing, ${how}`, async () => {
      await using local = await openLocalNcbi();
      const env = { PATH: process.env.PATH, ...local.home.env };
      const child = spawn(process.execPath, [MAIN, 'stdio'], { env, stdio: ['pipe', 'pipe', 'ignore'] });
      const exited = once(child, 'exit');
      for (let id = 1; id <= 300; id++) {
        child.stdin.write(`{"jsonrpc":"2.0","id":${id},"method":"tools/list"}\n`);
      }
      // The pipe is full long before the 300 lists are through.
      await once(child.stdout, 'readable');
      end(child);
      await exited;
    });
  }

  test('ends at SIGTERM while its client is there', async () => {
    await using local = await openLocalNcbi();
    await using client = await connectStdio(local.home.env);
    await ask(client, 'corpus_status');
    const pid = pidOf(client);
    process.kill(pid, 'SIGTERM');
    await ended(pid);
  });
});

/** Polled, because the process is a child of the client's and none of ours. */
async function ended(pid: number): Promise<void> {
  const look = async () => {
    try {
      process.kill(pid, 0);
      return null;
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return true;
      throw error;
    }
  };
  await askUntil(look, { what: `the end of process ${pid}`, pauseMs: 20 });
}
