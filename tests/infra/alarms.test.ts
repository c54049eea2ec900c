import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import {
  type Body,
  isBody,
  listTexts,
  type Module,
  readTerraform,
  toBodies,
  toBody,
} from '../../scripts/infra/read-terraform.ts';
import { ALERTS, toRunbook } from '../../scripts/observability/alerts.ts';
import { createEmf, type EmfDocument, toEmfMetric } from '../../src/telemetry/emf.ts';
import { METRICS } from '../../src/telemetry/metric-names.ts';
import { createPromMetrics } from '../../src/telemetry/prom-metrics.ts';
import { applyFilter } from '../support/telemetry/cloudwatch.ts';

const ROOT = new URL('../../', import.meta.url);
const INFRA = fileURLToPath(new URL('infra', ROOT));
const OBSERVABILITY = 'modules/observability';
const ROWS = Object.values(METRICS);
/** Limits of CloudWatch. */
const MOST_PATTERN_CHARACTERS = 1_024;
const MOST_METRICS = 10;

let modules: Module[];
before(async () => {
  modules = await readTerraform(INFRA);
});

const listAlarms = () =>
  modules.flatMap(({ folder, declared }) =>
    declared
      .filter(({ type }) => type === 'aws_cloudwatch_metric_alarm')
      .map(({ name, body }) => ({ folder, name, body })),
  );
const listMissingTasks = () =>
  modules
    .filter(({ folder }) => folder === OBSERVABILITY)
    .flatMap(({ locals }) => (isBody(locals.aws_alarms) ? Object.keys(locals.aws_alarms) : []))
    .filter((name) => name.endsWith('-tasks-missing'));
const listFilters = () =>
  modules.flatMap(({ declared }) =>
    declared.filter(({ type }) => type === 'aws_cloudwatch_log_metric_filter'),
  );
const toId = (name: string) =>
  name
    .replace(/^BioMcp/, '')
    .replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_')
    .toLowerCase();

/** The metrics of an alarm, those of `dynamic` blocks too. */
function listMetrics(body: Body): Body[] {
  const dynamic = toBodies(toBody(body.dynamic).metric_query).flatMap(({ content }) => toBodies(content));
  return [...toBodies(body.metric_query), ...dynamic].flatMap(({ metric }) => toBodies(metric));
}

describe('the alarms of CloudWatch', () => {
  test('are those of the list of alerts, one each, with its runbook', () => {
    const alarms = listAlarms().filter(({ folder, name }) => folder === OBSERVABILITY && name !== 'aws');
    // How many tasks run is told by AWS itself.
    const told = ALERTS.filter(({ name }) => name !== 'BioMcpDown');
    assert.deepEqual(listMissingTasks(), ['api-tasks-missing', 'worker-tasks-missing']);
    assert.deepEqual(
      alarms.map(({ name }) => name).toSorted(),
      told.map(({ name }) => toId(name)).toSorted(),
    );
    for (const alert of told) {
      const body = alarms.find(({ name }) => name === toId(alert.name))?.body;
      assert.match(
        String(body?.alarm_description),
        new RegExp(`See ${toRunbook(alert).replaceAll('.', '\\.')}\\.$`),
      );
      assert.deepEqual(body?.alarm_actions, [`\${aws_sns_topic.this["${alert.severity}"].arn}`]);
    }
  });

  test('name runbooks that there are', () => {
    const texts = modules.flatMap(({ locals, declared }) =>
      listTexts([locals, ...declared.map(({ body }) => body)]),
    );
    const pages = texts.flatMap((text) =>
      [...text.matchAll(/docs\/runbooks\/[\w-]+\.md/g)].map(([page]) => page),
    );
    assert.ok(pages.length > ALERTS.length);
    assert.deepEqual(
      pages.filter((page) => !existsSync(new URL(page, ROOT))),
      [],
    );
  });

  test('ask for metrics of the service by the names and dimensions that it writes', () => {
    const asked = listAlarms()
      .flatMap(({ body }) => listMetrics(body))
      .filter(({ namespace }) => namespace === 'BioMcp');
    const scaled = modules.flatMap(({ locals }) =>
      isBody(locals.job_metrics) ? Object.values(locals.job_metrics) : [],
    );
    assert.ok(asked.length > 0 && scaled.length > 0);
    const written = ROWS.map(toEmfMetric);
    for (const { metric_name: name, dimensions } of asked) {
      if (String(name).includes('${')) continue; // one of `scaled`
      const metric = written.find((one) => one.name === name);
      assert.ok(metric, `${String(name)} is not written`);
      assert.deepEqual(Object.keys(isBody(dimensions) ? dimensions : {}), metric.dimensions, metric.name);
    }
    for (const one of scaled.filter(isBody)) {
      const metric = written.find(({ name }) => name === one.metric);
      assert.deepEqual(metric?.dimensions, ['Service', 'Tool'], String(one.metric));
    }
  });

  test('of a metric that is made of lines have filters that make it', () => {
    const made = listFilters().map(({ body }) => String(toBody(body.metric_transformation).name));
    const asked = listAlarms()
      .flatMap(({ body }) => listMetrics(body))
      .filter(({ namespace }) => String(namespace).startsWith('BioMcp/'))
      .map(({ metric_name: name }) => String(name));
    assert.deepEqual([...new Set(asked)].toSorted(), [...new Set(made)].toSorted());
  });

  test('fit what CloudWatch takes', () => {
    for (const { body } of listFilters()) assert.ok(String(body.pattern).length <= MOST_PATTERN_CHARACTERS);
    for (const { name, body } of listAlarms()) assert.ok(listMetrics(body).length <= MOST_METRICS, name);
  });
});

describe('the filters, given the lines that the service writes', () => {
  const registry = createPromMetrics({
    tools: ['rag.search', 'pubmed.sync', 'pubmed.sync.incremental'],
    errorCodes: ['DB_UNAVAILABLE', 'VALIDATION', 'CANCELLED', 'PUBMED_BLOCKED'],
    version: '1.2.3',
  });
  const request = { tool: 'rag.search', surface: 'http', latencyMs: 5 } as const;
  let lines: EmfDocument[];

  before(async () => {
    for (const errorCode of [null, null, 'DB_UNAVAILABLE', 'VALIDATION'] as const) {
      registry.countRequest({ ...request, errorCode });
    }
    registry.countEndedJob({ tool: 'pubmed.sync', errorCode: 'CANCELLED' });
    registry.countEndedJob({ tool: 'pubmed.sync.incremental', errorCode: 'PUBMED_BLOCKED' });
    registry.countNcbiRequest({ endpoint: 'esearch', outcome: 'ok' });
    registry.countNcbiRequest({ endpoint: 'esearch', outcome: 'blocked' });
    const values = await registry.list({
      ready: true,
      checks: [],
      figures: {
        jobs: [],
        queueOldestAgeSeconds: 0,
        syncs: [
          { term: 'car-t[tiab] AND "solid tumours"[tiab]', succeededAtSeconds: 1_790_000_000 },
          { term: 'asthma', succeededAtSeconds: 1_700_000_000 },
        ],
        documents: 0,
        chunks: 0,
        quarantined: 0,
      },
      deadLetters: 0,
    });
    lines = createEmf({ service: 'http' })(values, new Date('2026-11-01T00:00:00Z'));
  });

  /** What a filter makes of the lines, summed. */
  function sum(name: string): number {
    const body = listFilters().find((one) => one.name === name)?.body;
    assert.ok(body, name);
    const term = '"car-t[tiab] AND \\"solid tumours\\"[tiab]"';
    const pattern = String(body.pattern).replaceAll('${local.topic_terms[each.key]}', term);
    return applyFilter({ ...body, pattern }, lines).reduce((total, value) => total + value, 0);
  }

  test('count the answers with 5xx among all', () => {
    assert.equal(sum('server_errors_counted_api'), 1);
    assert.equal(sum('server_errors_of_api'), 4);
  });

  test('count syncs that failed, and none that was cancelled', () => {
    assert.equal(sum('sync_failed_counted_worker'), 1);
  });

  test('count what NCBI refuses', () => {
    assert.equal(sum('ncbi_refuses_counted_api'), 1);
  });

  test('find when a topic was synced last, quotes in its query or not', () => {
    assert.equal(sum('sync_stale'), 1_790_000_000);
  });
});

test('the dashboard of CloudWatch shows every metric, by its name and dimensions', () => {
  const text = readFileSync(`${INFRA}/${OBSERVABILITY}/dashboard.json.tftpl`, 'utf8');
  const shown = [...text.matchAll(/SEARCH\('\{([^}]*)\} MetricName=\\"(\w+)\\"'/g)].map(
    ([, schema, name]) => `${schema} ${name}`,
  );
  const written = ROWS.map(toEmfMetric).map(
    ({ namespace, name, dimensions }) => `${[namespace, ...dimensions].join()} ${name}`,
  );
  assert.deepEqual([...new Set(shown)].toSorted(), written.toSorted());
});
