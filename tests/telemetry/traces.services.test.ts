import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeTestHome } from '../support/corpus/test-corpus.ts';
import { createTestQueues, withoutSqs } from '../support/jobs/sqs-queues.ts';
import { startCommand } from '../support/processes/command-process.ts';
import { startService } from '../support/processes/service-process.ts';
import { startNcbiStandIn } from '../support/pubmed/ncbi-stand-in/ncbi-stand-in.ts';
import { articleXml } from '../support/pubmed/pubmed-xml.ts';
import { startOtlpReceiver } from '../support/telemetry/otlp-receiver.ts';

test('one trace leads from an API by SQS to a worker, in spans and in log lines', {
  skip: withoutSqs,
}, async () => {
  const xml = articleXml({ pmid: 50_000_000, title: 'Of wombats.', abstract: 'They dig.' });
  await using ncbi = await startNcbiStandIn({ records: [xml], limits: false });
  await using receiver = await startOtlpReceiver();
  await using queues = await createTestQueues();
  const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '' } = process.env;
  await using home = await makeTestHome({
    engine: 'PostgreSQL',
    settings: {
      ...{ AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY },
      BIO_MCP_JOBS_QUEUE_URL: queues.queueUrl,
      BIO_MCP_JOBS_DLQ_URL: queues.dlqUrl,
      BIO_MCP_PUBMED_BASE_URL: ncbi.url,
      BIO_MCP_PUBMED_API_KEY: 'test_key_1',
      BIO_MCP_LOG_LEVEL: 'debug',
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_BSP_SCHEDULE_DELAY: '100',
    },
  });
  await using api = await startService(home.env, 'http');
  await api.probeUntil(({ status }) => status === 200);
  const posted = await fetch(`${api.url}/v1/jobs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"tool":"pubmed.sync","params":{"term":"wombats"}}',
  });
  const traceId = posted.headers.get('x-trace-id') ?? assert.fail();
  const [message] = await queues.listWaiting();
  const { traceparent } = message?.MessageAttributes ?? {};
  await using worker = startCommand(home.env, 'worker');
  const call = await receiver.span(({ name }) => name === 'tools/call pubmed.sync');
  const attempt = await receiver.span(({ name }) => name === 'process pubmed.sync');
  assert.deepEqual([call.traceId, attempt.traceId], [traceId, traceId]);
  assert.equal(attempt.parentSpanId, call.spanId);
  assert.equal(traceparent?.StringValue, `00-${traceId}-${call.spanId}-01`);
  const names = ['send jobs', 'NCBI esearch', 'NCBI efetch', 'archive put', 'index write'];
  for (const name of names) await receiver.span((one) => one.name === name && one.traceId === traceId);
  const lines = [
    await api.process.line(({ msg, path }) => msg === 'request' && path === '/v1/jobs'),
    await worker.line(({ msg }) => msg === 'a job starts'),
    await worker.line(({ msg, endpoint }) => msg === 'ncbi answered' && endpoint === 'efetch'),
    await worker.line(({ msg, status }) => msg === 'an attempt at a job ended' && status === 'succeeded'),
  ];
  assert.deepEqual(
    lines.map(({ trace_id }) => trace_id),
    lines.map(() => traceId),
  );
});
