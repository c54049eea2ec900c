import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createTestApp } from '../support/http/test-app.ts';

async function ask(
  headers: Record<string, string>,
  { url = '/v1/mcp/tools', allowedHosts = [] as string[] } = {},
) {
  await using harness = createTestApp({ allowedHosts });
  const answer = await harness.app.inject({ url, headers });
  return { status: answer.statusCode, body: answer.json(), lines: harness.lines };
}

describe('the host and the origin of a request', () => {
  const loopback = ['localhost', 'LocalHost:8080', '127.0.0.1:8080', '127.1.2.3', '[::1]:8080', '[::1]'];
  for (const host of loopback) {
    test(`${host} is always allowed`, async () => {
      assert.equal((await ask({ host })).status, 200);
      assert.equal((await ask({ host, origin: `http://${host}` })).status, 200);
      assert.equal((await ask({ host, origin: `https://${host}` })).status, 200);
    });
  }

  const foreign = [
    'evil.example',
    'localhost.evil.example:8080',
    'evil-localhost',
    '127.0.0.1.evil.example',
    '10.0.0.7:8080',
    '[fe80::1]',
    'localhost:8080@evil.example',
    'evil.example#localhost',
    'localhost, evil.example',
    'localhost:',
  ];
  for (const host of foreign) {
    test(`the host ${host} is FORBIDDEN`, async () => {
      const { status, body, lines } = await ask({ host });
      assert.deepEqual([status, body.error_code], [403, 'FORBIDDEN']);
      assert.match(body.message, /^[^\n]+BIO_MCP_HTTP_ALLOWED_HOSTS\.$/);
      assert.doesNotMatch(body.message, /evil|10\.0/);
      assert.equal(lines.at(-1)?.error_code, 'FORBIDDEN');
    });
  }

  const origins = [
    'http://evil.example',
    'https://localhost.evil.example',
    'null',
    'file://',
    'chrome-extension://localhost',
    'http://localhost@evil.example',
    '',
  ];
  for (const origin of origins) {
    test(`the origin "${origin}" is FORBIDDEN at our own host`, async () => {
      const { status, body } = await ask({ host: 'localhost:8080', origin });
      assert.deepEqual([status, body.error_code], [403, 'FORBIDDEN']);
    });
  }

  test('names and addresses that are set are allowed, with any port and in any case', async () => {
    const allowedHosts = ['bio.example.org', '10.0.0.7', '[fd00::7]'];
    for (const host of ['Bio.Example.org:443', '10.0.0.7:8080', '[FD00::7]:8080']) {
      assert.equal((await ask({ host, origin: `https://${host}` }, { allowedHosts })).status, 200);
    }
    assert.equal((await ask({ host: 'other.example.org' }, { allowedHosts })).status, 403);
  });

  test('probes are answered whatever the host', async () => {
    for (const url of ['/livez', '/healthz', '/readyz']) {
      assert.equal((await ask({ host: '10.0.0.7', origin: 'null' }, { url })).status, 200);
    }
  });

  test('an unknown address tells a foreign host nothing', async () => {
    assert.equal((await ask({ host: 'evil.example' }, { url: '/nowhere' })).status, 403);
  });
});
