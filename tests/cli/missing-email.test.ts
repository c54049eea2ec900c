import assert from 'node:assert/strict';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, test } from 'node:test';
import { runCommandLine } from '../../src/run-command-line.ts';
import { makeTestHome } from '../support/corpus/test-corpus.ts';
import { liveRecords } from '../support/http/live-app.ts';
import { runCommand } from '../support/processes/run-command.ts';
import { startNcbiStandIn } from '../support/pubmed/ncbi-stand-in/ncbi-stand-in.ts';

const WARNING = 'BIO_MCP_PUBMED_EMAIL is not set';

function count(output: string): number {
  return output.split(WARNING).length - 1;
}

describe('that NCBI has no address to write to', () => {
  for (const service of ['serve', 'http', 'worker', 'stdio']) {
    test(`${service} says once when it starts, and not where there is one`, async () => {
      await using home = await makeTestHome();
      const stopped = { signal: AbortSignal.abort() };
      const without = await runCommand([service], { env: home.env, ...stopped });
      assert.deepEqual([count(without.stderr), count(without.stdout)], [1, 0]);
      const env = { ...home.env, BIO_MCP_PUBMED_EMAIL: 'library@example.org' };
      assert.equal(count((await runCommand([service], { env, ...stopped })).stderr), 0);
    });
  }

  test('a command that asks NCBI nothing does not say', async () => {
    await using home = await makeTestHome();
    const { code, stderr } = await runCommand(['status'], { env: home.env });
    assert.deepEqual([code, count(stderr)], [0, 0]);
  });

  test('stdio says no second time when it asks NCBI, and never on stdout', async ({ signal }) => {
    await using ncbi = await startNcbiStandIn({ records: liveRecords });
    const settings = { BIO_MCP_PUBMED_BASE_URL: ncbi.url };
    await using home = await makeTestHome({ settings });
    const client = { name: 'test', version: '0' };
    const messages = [
      {
        id: 1,
        method: 'initialize',
        params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: client },
      },
      { method: 'notifications/initialized' },
      {
        id: 2,
        method: 'tools/call',
        params: { name: 'pubmed_search', arguments: { query: 'exercise', limit: 1 } },
      },
    ];
    const lines = messages.map((message) => `${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    const [said, logged] = [text(stdout), text(stderr)];
    await runCommandLine({
      argv: ['stdio'],
      env: { HOME: '/nonexistent', ...home.env },
      stdin: Readable.from(lines.map((line) => Buffer.from(line))),
      stdout,
      stderr,
      signal,
      isInterrupted: () => false,
      onLost: () => undefined,
      onConfig: () => undefined,
      version: '0.0.0',
    });
    stdout.end();
    stderr.end();
    const answers = (await said).trim().split('\n');
    const { id, result } = JSON.parse(answers.at(-1) ?? '');
    assert.equal(id, 2);
    assert.ok(result.structuredContent.total > 0);
    assert.ok(ncbi.requests.length > 0);
    assert.deepEqual([count(await logged), count(answers.join())], [1, 0]);
  });
});
