import assert from 'node:assert/strict';
import { test } from 'node:test';
import { METRICS } from '../../src/telemetry/metric-names.ts';
import { makeTestHome } from '../support/corpus/test-corpus.ts';
import { createTestQueues, withoutSqs } from '../support/jobs/sqs-queues.ts';
import { startCommand } from '../support/processes/command-process.ts';
import { startService } from '../support/processes/service-process.ts';
import { readSamples } from '../support/telemetry/metric-samples.ts';
import { promtool, whyNoPromtool } from '../support/telemetry/promtool.ts';

test('promtool takes the metrics of an API and of a worker, which tell of one job and a dead letter', {
  skip: whyNoPromtool() || withoutSqs,
}, async () => {
  await using queues = await createTestQueues();
  const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '' } = process.env;
  const settings = {
    ...{ AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY },
    BIO_MCP_JOBS_QUEUE_URL: queues.queueUrl,
    BIO_MCP_JOBS_DLQ_URL: queues.dlqUrl,
    BIO_MCP_METRICS_PORT: '0',
  };
  await using home = await makeTestHome({ engine: 'PostgreSQL', settings });
  await using api = await startService(home.env, 'http');
  await using worker = startCommand(home.env, 'worker');
  await worker.line(({ msg }) => msg === 'working');
  const { url: workerUrl } = await worker.line(({ msg }) => msg === 'metrics are served');
  await api.probeUntil(({ status }) => status === 200);
  await queues.send('no JSON');
  const posted = await fetch(`${api.url}/v1/jobs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"tool":"ping"}',
  });
  assert.equal(posted.status, 202);
  await worker.line(({ msg, status }) => msg === 'an attempt at a job ended' && status === 'succeeded');
  await worker.line(({ reason }) => reason === 'not_json');
  const values: Record<string, Map<string, number>> = {};
  for (const [name, url] of [
    ['api', api.url],
    ['worker', String(workerUrl)],
  ] as const) {
    const text = await (await fetch(`${url}/metrics`)).text();
    const { isGood, said } = promtool(['check', 'metrics'], text);
    assert.ok(isGood && said === '', `${name}: ${said}`);
    const types = new Set([...text.matchAll(/^# TYPE (\S+) /gm)].map(([, type]) => type));
    assert.deepEqual(
      Object.values(METRICS)
        .map((metric) => metric.name)
        .filter((metric) => !types.has(metric)),
      [],
    );
    values[name] = new Map(
      readSamples(text).map(({ name: sample, labels, value }) => [
        [sample.replace('bio_mcp_', ''), ...Object.values(labels)].join(' '),
        value,
      ]),
    );
  }
  const { api: ofApi, worker: ofWorker } = values;
  assert.equal(ofApi?.get('requests_total ping http'), 1);
  assert.equal(ofWorker?.get('jobs_succeeded_total ping'), 1);
  for (const one of [ofApi, ofWorker]) {
    const told = ['ready', 'check_up queue', 'dead_letters', 'queue_oldest_age_seconds', 'documents'];
    assert.deepEqual(
      told.map((name) => one?.get(name)),
      [1, 1, 1, 0, 0],
    );
  }
  assert.equal((await fetch(`${workerUrl}/healthz`)).status, 200);
});
