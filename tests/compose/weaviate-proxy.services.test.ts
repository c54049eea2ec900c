import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { makeTestHome, type TestHome } from '../support/corpus/test-corpus.ts';
import type { DoctorReport } from '../support/examine-check.ts';
import { startLoggingProxy } from '../support/network/logging-proxy.ts';
import { startCommand } from '../support/processes/command-process.ts';
import { findTestService } from '../support/services/services.ts';

const { url, skip } = findTestService('TEST_WEAVIATE_URL');
const GRPC_PORT = 50_051;

describe('Weaviate behind a proxy', { skip }, () => {
  let home: TestHome;
  before(async () => {
    home = await makeTestHome({ engine: 'PGlite' });
  });
  after(() => home[Symbol.asyncDispose]());

  /** Of a host that only the proxy knows. */
  async function examine(proxy: string) {
    const env = {
      BIO_MCP_DATA_DIR: home.dataDir,
      BIO_MCP_WEAVIATE_URL: `http://weaviate.example:${new URL(url).port}`,
      BIO_MCP_WEAVIATE_GRPC_URL: `http://weaviate.example:${GRPC_PORT}`,
      BIO_MCP_PUBMED_BASE_URL: 'http://127.0.0.1:1', // not by the proxy
      http_proxy: proxy,
    };
    await using command = startCommand(env, 'doctor', '--json');
    const { stdout, stderr } = await command.ended;
    assert.notEqual(stdout, '', stderr);
    const { checks } = JSON.parse(stdout) as DoctorReport;
    return checks.find(({ check }) => check === 'index');
  }

  test('is asked by HTTP and by gRPC through it', async () => {
    await using proxy = await startLoggingProxy(null);
    const finding = await examine(proxy.url);
    // It answered: what is missing is this corpus.
    assert.match(finding?.detail ?? '', /holds no BioMcpChunks/, JSON.stringify(finding));
    assert.ok(proxy.seen.includes(`CONNECT weaviate.example:${GRPC_PORT}`), proxy.seen.join());
    assert.ok(
      proxy.seen.some((line) => line.startsWith('GET http://weaviate.example:')),
      proxy.seen.join(),
    );
  });

  test('that lets HTTP through and gRPC not is named, with the settings', async () => {
    await using proxy = await startLoggingProxy(null);
    proxy.refuses = `:${GRPC_PORT}`;
    const { remedy } = (await examine(proxy.url)) ?? {};
    assert.match(
      remedy ?? '',
      /by gRPC: .* BIO_MCP_WEAVIATE_GRPC_URL; where HTTPS_PROXY .* tunnels to this port, .* NO_PROXY/,
    );
  });
});
