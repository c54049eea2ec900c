import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { Client } from '@modelcontextprotocol/client';
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio';
import { startBrowser, whyNoBrowser } from '../support/console/browser.ts';
import { startIssuer } from '../support/http/oidc-issuer.ts';
import { openGuardedServer } from '../support/mcp/connect-bench.ts';
import { type AnyJson, openLocalNcbi } from '../support/mcp/mcp-bench.ts';

const MAIN = new URL('../../src/main.ts', import.meta.url).pathname;

test('a user signs in at the issuer by the page that `bio-mcp connect` names, and the call goes on', {
  skip: whyNoBrowser(),
}, async () => {
  await using local = await openLocalNcbi();
  await using issuer = await startIssuer('http://127.0.0.1/mcp');
  await using server = await openGuardedServer({
    local,
    env: { BIO_MCP_AUTH: 'oidc', BIO_MCP_OIDC_ISSUER: issuer.url },
  });
  await using browser = await startBrowser();
  // Nothing of the machine can open a page: its address is told.
  const child = spawn(process.execPath, [MAIN, 'connect', `${server.url}/mcp`], {
    env: { ...local.home.env, PATH: '/nonexistent' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close');
  await using _ = {
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
    },
  };
  const client = new Client({ name: 'test', version: '0' });
  // The SDK's one message a line, over any two streams.
  const connecting = client.connect(new StdioServerTransport(child.stdout, child.stdin));

  const address = await findAddress(child.stderr);
  assert.equal(new URL(address).origin, issuer.url);
  {
    // The issuer's own pages ask others for their letters.
    await using watched = await browser.open({ url: issuer.url, expected: /^(?:elsewhere|console): / });
    const { page } = watched;
    await page.goto(address);
    await page.locator('input[name=login]').fill('ada');
    await page.locator('input[name=password]').fill('any');
    await page.locator('button[type=submit]').click();
    await page.locator('input[name=prompt][value=consent]').waitFor({ state: 'attached' });
    await page.locator('button[type=submit]').click();
    await page.getByText('You are signed in; close this page.').waitFor();
  }
  await connecting;
  const told = await client.callTool({ name: 'ping', arguments: { message: 'hello' } });
  assert.equal((told.structuredContent as AnyJson).message, 'hello');
  child.stdin.end();
  assert.deepEqual(await ended, [0, null]);
});

async function findAddress(stderr: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: stderr })) {
    const [, address] = /^bio-mcp: sign in at (\S+)$/.exec(line) ?? [];
    if (address !== undefined) return address;
  }
  return assert.fail('it named no page');
}
