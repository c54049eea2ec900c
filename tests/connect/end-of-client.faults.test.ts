import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, before, describe, test } from 'node:test';
import { Client } from '@modelcontextprotocol/client';
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio';
import { openGuardedServer } from '../support/mcp/connect-bench.ts';
import { CLIENT_MODES, type ClientMode, type LocalNcbi, openLocalNcbi } from '../support/mcp/mcp-bench.ts';

const MAIN = new URL('../../src/main.ts', import.meta.url).pathname;
const STATUS = 'bio-mcp://corpus/status';

let local: LocalNcbi;
let server: Awaited<ReturnType<typeof openGuardedServer>>;
before(async () => {
  local = await openLocalNcbi();
  server = await openGuardedServer({ local });
});
after(async () => {
  await server[Symbol.asyncDispose]();
  await local[Symbol.asyncDispose]();
});

/** `bio-mcp connect` in a process of its own, with the official client at its pipes. */
async function startConnect(mode: ClientMode, token: string) {
  const child = spawn(process.execPath, [MAIN, 'connect', `${server.url}/mcp`], {
    env: { PATH: process.env.PATH, ...local.home.env, BIO_MCP_TOKEN: token },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const ended = once(child, 'close');
  const client = new Client({ name: 'test', version: '0' }, { versionNegotiation: { mode } });
  // The SDK's one message a line, over any two streams.
  await client.connect(new StdioServerTransport(child.stdout, child.stdin));
  return {
    ...{ child, client, ended },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

describe('a process of bio-mcp connect', () => {
  for (const mode of CLIENT_MODES) {
    test(`ends with its client, which closes its input (${mode})`, async () => {
      const token = await server.give(`closing-${mode}`, ['bio:read']);
      await using started = await startConnect(mode, token);
      await started.client.callTool({ name: 'ping', arguments: {} });
      if (mode === 'auto') await started.client.listen({ resourceSubscriptions: [STATUS] });
      started.child.stdin.end();
      assert.deepEqual(await started.ended, [0, null]);
    });

    test(`ends when it is told to, while its client is there (${mode})`, async () => {
      const token = await server.give(`told-${mode}`, ['bio:read']);
      await using started = await startConnect(mode, token);
      await started.client.callTool({ name: 'ping', arguments: {} });
      if (mode === 'auto') await started.client.listen({ resourceSubscriptions: [STATUS] });
      started.child.kill('SIGTERM');
      assert.deepEqual(await started.ended, [0, null]);
    });
  }
});
