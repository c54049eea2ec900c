import assert from 'node:assert/strict';
import { Client, InMemoryTransport } from '@modelcontextprotocol/client';
import { openAccess } from '../../../src/compose/rooms/open-access.ts';
import { parseConfig } from '../../../src/config/config.ts';
import { type ConnectOptions, runConnect } from '../../../src/connect/run-connect.ts';
import type { ScopeName } from '../../../src/domain/caller.ts';
import { giveToken } from '../http/guarded-app.ts';
import { silentLogger } from '../telemetry/silent-logger.ts';
import { type ClientMode, type McpAppOptions, openMcpApp } from './mcp-bench.ts';

type GuardedOptions = Pick<McpAppOptions, 'local' | 'port' | 'tools'> & { env?: Record<string, string> };

/** A guarded server, and tokens for it. */
export async function openGuardedServer({
  env = { BIO_MCP_AUTH: 'bearer' },
  ...options
}: GuardedOptions = {}) {
  const config = parseConfig(env, { homeDir: '/home/ada', platform: 'linux', cores: 2 }, []);
  let give: ((name: string, scopes: readonly ScopeName[]) => Promise<string>) | undefined;
  const app = await openMcpApp({
    ...options,
    openAccess: async (tokens, logger) => {
      give = (name, scopes) => giveToken(tokens, { name, scopes });
      return openAccess({ config, tokens, logger });
    },
  });
  return { ...app, give: give ?? assert.fail() };
}

type ConnectedOptions = Pick<ConnectOptions, 'token' | 'signInPath'> &
  Partial<ConnectOptions> & { mode?: ClientMode };

/** The official client, and `bio-mcp connect` between it and the server. */
export async function openConnected(url: string, { mode = 'auto', ...given }: ConnectedOptions) {
  const [near, far] = InMemoryTransport.createLinkedPair();
  const connecting = runConnect(
    {
      url: new URL(`${url}/mcp`),
      client: null,
      openBrowser: () => assert.fail('a browser was opened'),
      local: far,
      logger: silentLogger(),
      ...given,
    },
    { signal: new AbortController().signal },
  );
  const client = new Client({ name: 'test', version: '0' }, { versionNegotiation: { mode } });
  await client.connect(near);
  return {
    client,
    async [Symbol.asyncDispose]() {
      await client.close();
      await connecting;
    },
  };
}
