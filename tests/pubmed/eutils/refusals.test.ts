import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type OutgoingHttpHeaders } from 'node:http';
import { describe, test } from 'node:test';
import { attemptRequest } from '../../../src/pubmed/eutils/attempt.ts';
import { openEutilsBench } from '../../support/pubmed/eutils.ts';

interface Refusal {
  status: number;
  headers?: OutgoingHttpHeaders;
  body?: string;
}

/** What one request comes to that somebody on the way answers. */
async function attempt({ status, headers = {}, body = '' }: Refusal, signal: AbortSignal): Promise<unknown> {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(status, headers).end(body);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  try {
    const needs = {
      fetch: globalThis.fetch,
      url: `http://127.0.0.1:${port}/esearch.fcgi`,
      form: new URLSearchParams({ term: 'rat' }),
      redact: (text: string) => text,
      mostBytes: 1_000,
    };
    return await attemptRequest(needs, signal).catch((error: unknown) => error);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe('whoever answers in the place of NCBI is told of', () => {
  const cases: [who: string, refusal: Refusal, hint: RegExp][] = [
    [
      'a login page of the network',
      { status: 302, headers: { location: 'http://login.wifi.example/' } },
      /a redirect answers, as the login page of a network or a proxy does/,
    ],
    [
      'the https of the same address',
      { status: 301, headers: { location: 'https://eutils.example/esearch.fcgi' } },
      /write the https address that is meant into BIO_MCP_PUBMED_BASE_URL/,
    ],
    [
      'a firewall',
      { status: 403, body: '<html>Forbidden by policy</html>' },
      /a proxy or firewall before it, refuses requests from this machine: let it reach/,
    ],
  ];
  for (const [who, refusal, hint] of cases) {
    test(who, async ({ signal }) => {
      const error = await attempt(refusal, signal);
      assert.ok(error instanceof Error);
      assert.equal((error as { code?: unknown }).code, 'PUBMED_BAD_RESPONSE');
      assert.match(String((error as { hint?: unknown }).hint), hint);
    });
  }

  test('a refused API key in HTTP 200 is not asked about again, and is not told', async () => {
    await using bench = await openEutilsBench({ apiKey: 'wrong_key_1' });
    const body = '{"error":"API key invalid: wrong_key_1"}';
    bench.ncbi.faults.next({ fault: { kind: 'body', body }, times: 1_000 });
    const search = bench.client.search({ term: 'rat', limit: 1 }, bench.within(25_000));
    await assert.rejects(search, { code: 'PUBMED_BAD_RESPONSE', hint: /BIO_MCP_PUBMED_API_KEY/ });
    assert.equal(bench.ncbi.requests.length, 1);
    assert.doesNotMatch(JSON.stringify(bench.logged), /wrong_key_1/);
  });
});
