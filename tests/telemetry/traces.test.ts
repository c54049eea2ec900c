import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { makeTestHome } from '../support/corpus/test-corpus.ts';
import { startService } from '../support/processes/service-process.ts';
import { startNcbiStandIn } from '../support/pubmed/ncbi-stand-in/ncbi-stand-in.ts';
import { startNlmFolderServer } from '../support/pubmed/nlm-folder-server.ts';
import { articleXml, setXml } from '../support/pubmed/pubmed-xml.ts';
import { startOtlpReceiver } from '../support/telemetry/otlp-receiver.ts';

const PARENT = 'b'.repeat(16);
const post = (url: string, body: object, headers: Record<string, string> = {}) =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

test('one trace leads from a request to the attempt at its job, and what that asked of others', async () => {
  const xml = articleXml({ pmid: 50_000_000, title: 'Of wombats.', abstract: 'They dig.' });
  await using ncbi = await startNcbiStandIn({ records: [xml], limits: false });
  await using receiver = await startOtlpReceiver();
  await using folder = await startNlmFolderServer();
  await using home = await makeTestHome({
    engine: 'PGlite',
    settings: {
      BIO_MCP_PUBMED_BASE_URL: ncbi.url,
      BIO_MCP_PUBMED_API_KEY: 'test_key_1',
      BIO_MCP_LOAD_BASE_URL: folder.url,
      BIO_MCP_LOAD_HOSTS: new URL(folder.url).host,
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_BSP_SCHEDULE_DELAY: '100',
      BIO_MCP_LOG_LEVEL: 'debug',
    },
  });
  await using service = await startService(home.env, 'serve');
  const traceId = 'd'.repeat(32);
  const traceparent = `00-${traceId}-${PARENT}-01`;
  const body = { tool: 'pubmed.sync', params: { term: 'wombats' } };
  const posted = await post(`${service.url}/v1/jobs`, body, { traceparent });
  assert.equal(posted.headers.get('x-trace-id'), traceId);
  const { job_id: jobId } = (await posted.json()) as { job_id: string };
  const attempt = await receiver.span(({ name }) => name === 'process pubmed.sync');
  const call = await receiver.span(({ name }) => name === 'tools/call pubmed.sync');
  assert.deepEqual([call.traceId, call.parentSpanId, call.kind], [traceId, PARENT, 2]);
  assert.deepEqual([attempt.traceId, attempt.parentSpanId, attempt.kind], [traceId, call.spanId, 5]);
  assert.equal(attempt.attributes['bio_mcp.job.id'], jobId);
  for (const name of ['NCBI esearch', 'NCBI efetch', 'archive put', 'index write', 'INSERT']) {
    const span = await receiver.span((one) => one.name === name && one.traceId === traceId);
    assert.equal(span.kind, 3, name);
    await receiver.span(({ spanId }) => spanId === span.parentSpanId);
  }
  const line = await service.process.line(
    ({ msg, endpoint }) => msg === 'ncbi answered' && endpoint === 'efetch',
  );
  assert.equal(line.trace_id, traceId);
  const known = JSON.stringify(receiver.spans);
  for (const secret of ['test_key_1', 'wombats']) assert.ok(!known.includes(secret), secret);

  // What is computed here is told as well.
  const ofSearch = 'f'.repeat(32);
  const asked = { tool: 'rag.search', params: { query: 'wombats' } };
  const found = await post(`${service.url}/v1/mcp/invoke`, asked, {
    traceparent: `00-${ofSearch}-${PARENT}-01`,
  });
  assert.equal(found.status, 200);
  const embedded = await receiver.span((one) => one.name === 'embeddings' && one.traceId === ofSearch);
  assert.equal(embedded.kind, 1);
  assert.equal(embedded.attributes['bio_mcp.embedding.texts'], 1);

  // And what a load asks of a folder elsewhere.
  folder.put('updatefiles/pubmed26n0001.xml.gz', gzipSync(setXml(articleXml({ pmid: 50_000_001 }))));
  const ofLoad = '9'.repeat(32);
  const load = { tool: 'pubmed.load', params: { source: 'updatefiles' } };
  await post(`${service.url}/v1/jobs`, load, { traceparent: `00-${ofLoad}-${PARENT}-01` });
  for (const name of ['bulk list', 'bulk md5', 'bulk download']) {
    const span = await receiver.span((one) => one.name === name && one.traceId === ofLoad);
    assert.deepEqual([span.kind, span.attributes['bio_mcp.bulk.system']], [3, 'http']);
  }
  // Its passages are embedded on a thread of their own.
  const onThread = await receiver.span((one) => one.name === 'embeddings' && one.traceId === ofLoad);
  assert.equal(onThread.attributes['bio_mcp.embedding.texts'], 1);
  // That of its parent ends later, and so it may come later.
  await receiver.span(({ spanId }) => spanId === onThread.parentSpanId);
  assert.ok(!JSON.stringify(receiver.spans).includes(new URL(folder.url).host));

  // Over MCP the message names the trace.
  const ofMcp = 'e'.repeat(32);
  const meta = { traceparent: `00-${ofMcp}-${PARENT}-01` };
  const params = { name: 'ping', arguments: {}, _meta: meta };
  const mcp = await post(
    `${service.url}/mcp`,
    { jsonrpc: '2.0', id: 1, method: 'tools/call', params },
    { accept: 'application/json, text/event-stream', 'mcp-protocol-version': '2025-11-25' },
  );
  assert.equal(mcp.headers.get('x-trace-id'), ofMcp);
  const ping = await receiver.span(({ name }) => name === 'tools/call ping');
  assert.deepEqual([ping.traceId, ping.parentSpanId], [ofMcp, PARENT]);
});
