import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openAccess } from '../../src/compose/rooms/open-access.ts';
import { parseConfig } from '../../src/config/config.ts';
import { machine } from '../support/config/problems-of.ts';
import { giveToken } from '../support/http/guarded-app.ts';
import { openMcpApp } from '../support/mcp/mcp-bench.ts';
import { runCommand } from '../support/processes/run-command.ts';

async function examine(url: string, env: Record<string, string> = {}) {
  const words = ['doctor', '--connect', url, '--json'];
  const { code, stdout, stderr } = await runCommand(words, {
    env: { BIO_MCP_DATA_DIR: '/nonexistent', ...env },
  });
  assert.equal(stderr, '');
  const { checks } = JSON.parse(stdout);
  const told = checks.map(({ check, state, detail, remedy }: Record<string, string>) => [
    check,
    `${state}: ${remedy ?? detail}`,
  ]);
  return { code, told: Object.fromEntries(told) as Record<string, string> };
}

describe('bio-mcp doctor --connect', () => {
  test('walks all the way to a call, and says what is wrong at each step', async () => {
    const config = parseConfig({ BIO_MCP_AUTH: 'bearer' }, machine, []);
    let token = '';
    await using app = await openMcpApp({
      async openAccess(tokens, logger) {
        token = await giveToken(tokens, { name: 'ada', scopes: ['bio:sync'] });
        return openAccess({ config, tokens, logger });
      },
    });
    const well = await examine(app.url, { BIO_MCP_TOKEN: token });
    assert.equal(well.code, 0, JSON.stringify(well.told));
    assert.deepEqual(Object.keys(well.told), ['server', 'metadata', 'issuer', 'token', 'scopes', 'call']);
    assert.match(well.told.scopes ?? '', /^ok: bio:sync: it may call \d+ tools$/);

    const wrong = await examine(app.url, { BIO_MCP_TOKEN: 'biomcp_wrong' });
    assert.equal(wrong.code, 1);
    assert.match(wrong.told.server ?? '', /^ok: it answers, and asks for a credential/);
    for (const check of ['token', 'scopes', 'call'])
      assert.match(wrong.told[check] ?? '', /^failed: The server refuses the token/, check);

    const none = await examine(app.url);
    for (const check of ['token', 'scopes', 'call'])
      assert.match(none.told[check] ?? '', /^failed: There is no token: set BIO_MCP_TOKEN/, check);

    const away = await examine('http://127.0.0.1:2/mcp', { BIO_MCP_TOKEN: token });
    for (const check of ['server', 'scopes', 'call'])
      assert.match(away.told[check] ?? '', /^failed: The server cannot be reached \(ECONNREFUSED\)/, check);
  });

  for (const url of [
    'bio-mcp.example.org',
    'ftp://bio-mcp.example.org',
    'http://bio-mcp.example.org/mcp',
    'https://ada:x@bio-mcp.example.org',
  ]) {
    test(`refuses ${url}`, async () => {
      const { code, stderr } = await runCommand(['doctor', '--connect', url], {
        env: { BIO_MCP_DATA_DIR: '/nonexistent' },
      });
      assert.equal(code, 2);
      assert.match(stderr, /It must be an https? /);
    });
  }
});
