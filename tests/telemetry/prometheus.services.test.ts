import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { sql } from 'kysely';
import { ALERTS } from '../../scripts/observability/alerts.ts';
import { makeTestHome } from '../support/corpus/test-corpus.ts';
import { createTestQueues, withoutSqs } from '../support/jobs/sqs-queues.ts';
import { startCommand } from '../support/processes/command-process.ts';
import { startService } from '../support/processes/service-process.ts';
import { startNcbiStandIn } from '../support/pubmed/ncbi-stand-in/ncbi-stand-in.ts';
import { articleXml } from '../support/pubmed/pubmed-xml.ts';
import { listDashboardQueries } from '../support/telemetry/dashboard-queries.ts';
import { startPrometheus, whyNoPrometheus } from '../support/telemetry/prometheus-server.ts';

const RULES = new URL('../../infra/observability/prometheus-rules.yaml', import.meta.url);

/** What the dashboard has nothing to show for while all is well: no job runs, waits or failed. */
const EMPTY_WHEN_WELL = ['running {{tool}}', 'queued {{tool}}', 'failed {{tool}} {{error_code}}'];
const EMPTY_PANELS_WHEN_WELL = ['The least advanced running job'];

test('a Prometheus answers every query of the dashboard, and alerts fire and end as causes come and go', {
  skip: whyNoPrometheus() || withoutSqs,
}, async (t) => {
  const xml = articleXml({ pmid: 50_000_000, title: 'Of wombats.', abstract: 'They dig.' });
  await using ncbi = await startNcbiStandIn({ records: [xml], limits: false });
  await using queues = await createTestQueues();
  const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '' } = process.env;
  await using home = await makeTestHome({
    engine: 'PostgreSQL',
    settings: {
      ...{ AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY },
      BIO_MCP_JOBS_QUEUE_URL: queues.queueUrl,
      BIO_MCP_JOBS_DLQ_URL: queues.dlqUrl,
      BIO_MCP_METRICS_PORT: '0',
      BIO_MCP_PUBMED_BASE_URL: ncbi.url,
    },
  });
  await using api = await startService(home.env, 'http');
  await using worker = startCommand(home.env, 'worker');
  const { url: workerUrl } = await worker.line(({ msg }) => msg === 'metrics are served');
  await api.probeUntil(({ status }) => status === 200);
  // Each condition as it is, but at once: how long it has to hold is tried on promtool's clock.
  const rules = readFileSync(RULES, 'utf8').replaceAll(/^( +for:) \d+m$/gm, '$1 0s');
  await using prometheus = await startPrometheus({
    targets: [api.url, String(workerUrl)].map((url) => new URL(url).host),
    rules,
  });
  await prometheus.queryUntil('bio_mcp_ready == 1', (series) => series.length === 2);
  const post = async (body: object) => {
    const headers = { 'content-type': 'application/json' };
    const posted = await fetch(`${api.url}/v1/jobs`, { method: 'POST', headers, body: JSON.stringify(body) });
    assert.equal(posted.status, 202);
  };
  await post({ tool: 'pubmed.sync', params: { term: 'wombats' } });
  await worker.line(({ msg, status }) => msg === 'an attempt at a job ended' && status === 'succeeded');
  assert.equal((await api.invoke('rag.search', { query: 'wombats' })).status, 200);
  assert.equal((await api.invoke('rag.search', {})).status, 400);

  await t.test('every query is answered, with data where there is something to show', async () => {
    for (const { panel, expr, legendFormat } of listDashboardQueries()) {
      const query = expr.replaceAll('$__rate_interval', '1m');
      await prometheus.query(query);
      if (EMPTY_WHEN_WELL.includes(legendFormat) || EMPTY_PANELS_WHEN_WELL.includes(panel)) continue;
      await prometheus.queryUntil(query, (series) => series.length > 0);
    }
    const [documents] = await prometheus.queryUntil(
      'max(bio_mcp_documents)',
      ([one]) => one?.value[1] === '1',
    );
    assert.equal(documents?.value[1], '1');
  });

  await t.test('no alert fires while all is well', async () => {
    // A scrape that a busy machine answers too late is one alert's cause, until the next one.
    await prometheus.queryUntil('count(ALERTS) or vector(0)', ([count]) => count?.value[1] === '0');
    assert.equal(rules.match(/- alert:/g)?.length, ALERTS.length);
  });

  await t.test('BioMcpDeadLetters: a message is poisoned, then taken away', async () => {
    await queues.send('no JSON');
    await prometheus.alertUntil('BioMcpDeadLetters', 'fires');
    assert.deepEqual(
      (await queues.listDead()).map(({ reason }) => reason),
      ['not_json'],
    );
    await queues.purgeDead();
    await prometheus.alertUntil('BioMcpDeadLetters', 'is quiet');
  });

  await t.test('BioMcpSyncStale: the last good sync was 26 hours ago, then there is another', async () => {
    const move = (hours: number) =>
      home.query((kysely) =>
        sql`update runs set finished_at = finished_at + make_interval(hours => ${hours}::int)`.execute(
          kysely,
        ),
      );
    await move(-26);
    await prometheus.alertUntil('BioMcpSyncStale', 'fires');
    const [stale] = await prometheus.query('ALERTS{alertname="BioMcpSyncStale"}');
    assert.equal(stale?.metric.term, 'wombats');
    await post({ tool: 'pubmed.sync.incremental', params: { term: 'wombats' } });
    await prometheus.alertUntil('BioMcpSyncStale', 'is quiet');
  });

  await t.test('BioMcpDown, BioMcpJobsWait: no worker runs, then one comes', async () => {
    await worker[Symbol.asyncDispose]();
    await prometheus.alertUntil('BioMcpDown', 'fires');
    const [down] = await prometheus.query('ALERTS{alertname="BioMcpDown"}');
    assert.equal(down?.metric.instance, new URL(String(workerUrl)).host);
    await post({ tool: 'ping' });
    await home.query((kysely) =>
      sql`update jobs set run_after = run_after - interval '20 minutes' where state = 'queued'`.execute(
        kysely,
      ),
    );
    await prometheus.alertUntil('BioMcpJobsWait', 'fires');
    const { port } = new URL(String(workerUrl));
    await using _other = startCommand({ ...home.env, BIO_MCP_METRICS_PORT: port }, 'worker');
    await prometheus.alertUntil('BioMcpJobsWait', 'is quiet');
    await prometheus.alertUntil('BioMcpDown', 'is quiet');
  });

  await t.test('BioMcpAbsent: the API is stopped too', async () => {
    await api[Symbol.asyncDispose]();
    await prometheus.alertUntil('BioMcpAbsent', 'fires');
  });
});
