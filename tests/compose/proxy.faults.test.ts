import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { makeTestHome, type TestHome } from '../support/corpus/test-corpus.ts';
import type { DoctorReport } from '../support/examine-check.ts';
import { type LoggingProxy, startLoggingProxy } from '../support/network/logging-proxy.ts';
import { AUTHORITY, openTlsFront } from '../support/network/tls-front.ts';
import { startCommand } from '../support/processes/command-process.ts';
import { type NcbiStandIn, startNcbiStandIn } from '../support/pubmed/ncbi-stand-in/ncbi-stand-in.ts';
import { startOpenaiStandIn } from '../support/services/openai-stand-in.ts';

describe('a proxy that the environment names', () => {
  let home: TestHome;
  let ncbi: NcbiStandIn;
  before(async () => {
    home = await makeTestHome({ engine: 'PGlite' });
    ncbi = await startNcbiStandIn({ records: [], limits: false });
  });
  after(async () => {
    await ncbi[Symbol.asyncDispose]();
    await home[Symbol.asyncDispose]();
  });

  async function examine(env: Record<string, string>): Promise<DoctorReport['checks']> {
    const command = startCommand({ BIO_MCP_DATA_DIR: home.dataDir, ...env }, 'doctor', '--json');
    await using _command = command;
    const { stdout, stderr } = await command.ended;
    assert.notEqual(stdout, '', stderr);
    return (JSON.parse(stdout) as DoctorReport).checks;
  }
  const find = (checks: DoctorReport['checks'], name: string) => checks.find(({ check }) => check === name);
  const path = () => new URL(ncbi.url).pathname;

  test('is used by NCBI, the embedding service, S3, SQS and Weaviate, and not by what NO_PROXY names', async () => {
    await using proxy = await startLoggingProxy(new URL(ncbi.url).host);
    const checks = await examine({
      http_proxy: proxy.url,
      NO_PROXY: 'spared.example',
      BIO_MCP_PUBMED_BASE_URL: `http://ncbi.example${path()}`,
      BIO_MCP_EMBEDDER: 'openai',
      BIO_MCP_OPENAI_BASE_URL: 'http://embedder.example/v1',
      BIO_MCP_OPENAI_MODEL: 'any',
      BIO_MCP_OPENAI_DIMENSIONS: '8',
      BIO_MCP_ARCHIVE_BUCKET: 'bucket',
      BIO_MCP_S3_ENDPOINT: 'http://store.example:9000',
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'key',
      AWS_SECRET_ACCESS_KEY: 'secret',
      BIO_MCP_DATABASE_URL: 'postgres://127.0.0.1:1/none',
      BIO_MCP_JOBS_QUEUE_URL: 'http://queue.example/1/jobs',
      BIO_MCP_JOBS_DLQ_URL: 'http://queue.example/1/dead',
      BIO_MCP_WEAVIATE_URL: 'http://spared.example:8080',
    });
    assert.equal(find(checks, 'ncbi')?.state, 'ok', JSON.stringify(checks));
    const hosts = new Set(proxy.seen.map((line) => /([a-z]+)\.example/.exec(line)?.[1] ?? line));
    assert.deepEqual([...hosts].sort(), ['embedder', 'ncbi', 'queue', 'store']);
  });

  test('carries TLS to the end, and NODE_EXTRA_CA_CERTS names who is trusted; without it the remedy does', async () => {
    await using front = await openTlsFront({ target: new URL(ncbi.url).host });
    await using proxy = await startLoggingProxy(front.address.replace('localhost', '127.0.0.1'));
    const settings = {
      HTTPS_PROXY: proxy.url,
      // A name that resolves nowhere: the proxy leads to the front, whose certificate is for localhost.
      BIO_MCP_PUBMED_BASE_URL: `https://ncbi.invalid${path()}`,
    };
    const untrusted = find(await examine(settings), 'ncbi');
    assert.match(untrusted?.remedy ?? '', /^NCBI shows .* NODE_EXTRA_CA_CERTS/);
    assert.deepEqual(new Set(proxy.seen), new Set(['CONNECT ncbi.invalid:443']));
    const named = find(await examine({ ...settings, NODE_EXTRA_CA_CERTS: AUTHORITY }), 'ncbi');
    assert.match(named?.remedy ?? '', /for another host name/);
    const own = { BIO_MCP_PUBMED_BASE_URL: `https://${front.address}${path()}`, HTTPS_PROXY: proxy.url };
    const trusted = find(await examine({ ...own, NODE_EXTRA_CA_CERTS: AUTHORITY }), 'ncbi');
    assert.equal(trusted?.state, 'ok', trusted?.remedy ?? '');
  });

  test('that refuses is named', async () => {
    await using proxy: LoggingProxy = await startLoggingProxy('127.0.0.1:1');
    proxy.refuses = true;
    const checks = await examine({
      HTTPS_PROXY: proxy.url,
      BIO_MCP_PUBMED_BASE_URL: `https://ncbi.invalid${path()}`,
    });
    assert.match(
      find(checks, 'ncbi')?.remedy ?? '',
      /^The proxy of HTTPS_PROXY .* name the host in NO_PROXY/,
    );
  });

  test('that hangs up is named, and asked no more than the retries of a call', async () => {
    await using proxy = await startLoggingProxy('127.0.0.1:1');
    proxy.hangsUp = true;
    const checks = await examine({
      HTTPS_PROXY: proxy.url,
      BIO_MCP_PUBMED_BASE_URL: `https://ncbi.invalid${path()}`,
    });
    assert.match(
      find(checks, 'ncbi')?.remedy ?? '',
      /^The proxy of HTTPS_PROXY .* name the host in NO_PROXY/,
    );
    assert.ok(proxy.seen.length <= 10, `asked ${proxy.seen.length} times`);
  });

  test('that is no URL ends the command with a sentence', async () => {
    await using command = startCommand(
      { HTTPS_PROXY: 'proxy:3128', BIO_MCP_DATA_DIR: home.dataDir },
      'status',
    );
    const { code, stderr } = await command.ended;
    assert.equal(code, 2);
    assert.match(stderr, /HTTPS_PROXY must be a URL such as http:\/\/proxy\.example:3128\./);
  });
});

test('an embedding service whose certificate nobody trusts is named', async () => {
  const { openOpenaiEmbedder } = await import('../../src/embedding/openai-embedder.ts');
  await using service = await startOpenaiStandIn();
  await using front = await openTlsFront({ target: new URL(service.url).host });
  const { signal } = new AbortController();
  const baseUrl = `https://${front.address}/v1`;
  const asked = openOpenaiEmbedder({ baseUrl, model: 'any', apiKey: null, dimensions: null }, { signal });
  await assert.rejects(asked, { code: 'EMBEDDINGS_UNAVAILABLE', hint: /NODE_EXTRA_CA_CERTS/ });
});
