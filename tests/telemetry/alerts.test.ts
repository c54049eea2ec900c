import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { ALERTS, toRunbook } from '../../scripts/observability/alerts.ts';
import { METRICS, type MetricRow } from '../../src/telemetry/metric-names.ts';
import { listDashboardQueries } from '../support/telemetry/dashboard-queries.ts';

const ROOT = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, ROOT), 'utf8');
const RULES = 'infra/observability/prometheus-rules.yaml';

/** Prometheus' own, and the bucket of a histogram. */
const LABELS_OF_EVERYBODY = ['instance', 'job', 'le'];

/** What an expression names that the code does not have. */
function findUnknown(expression: string, legend = ''): string[] {
  const known = new Map<string, MetricRow>(
    Object.values(METRICS).flatMap((row): [string, MetricRow][] =>
      row.kind === 'histogram'
        ? ['_bucket', '_sum', '_count'].map((suffix) => [`${row.name}${suffix}`, row])
        : [[row.name, row]],
    ),
  );
  const names = [...expression.matchAll(/\b[a-z]\w*_\w+\b(?!\s*[(=!])/g)].map(([name]) => name);
  const metrics = names.filter((name) => name.startsWith('bio_mcp_'));
  const labels = [
    ...[...expression.matchAll(/(\w+)\s*(?:=~|!~|!=|=)\s*"/g)].map(([, label = '']) => label),
    ...[...expression.matchAll(/\b(?:by|without|on|ignoring)\s*\(([^)]*)\)/g)].flatMap(([, list = '']) =>
      list.split(',').map((label) => label.trim()),
    ),
    ...[...legend.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = '']) => label),
  ];
  const ofMetrics = metrics.flatMap((name) => known.get(name)?.labels ?? []);
  return [
    ...metrics.filter((name) => !known.has(name)),
    ...labels.filter((label) => ![...ofMetrics, ...LABELS_OF_EVERYBODY].includes(label)),
    ...(metrics.length === 0 ? [`no metric in ${expression}`] : []),
  ];
}

describe('what the rules and the dashboard name', () => {
  const expressions = [...read(RULES).matchAll(/^ +expr: '(.*)'$/gm)].map(([, expr = '']) => expr);

  test('every metric and label of the rules is one of the code', () => {
    assert.equal(expressions.length, ALERTS.length);
    assert.deepEqual(
      expressions.flatMap((expression) => findUnknown(expression)),
      [],
    );
  });

  test('every metric and label of the dashboard is one of the code, and every metric is shown', () => {
    const queries = listDashboardQueries();
    assert.deepEqual(
      queries.flatMap(({ expr, legendFormat }) => findUnknown(expr, legendFormat)),
      [],
    );
    const shown = queries.map(({ expr }) => expr).join('\n');
    assert.deepEqual(
      Object.values(METRICS)
        .map(({ name }) => name)
        .filter((name) => !shown.includes(name)),
      [],
    );
  });

  test('a metric and a label that there are not are found', () => {
    assert.deepEqual(findUnknown('max(bio_mcp_requets_total)'), ['bio_mcp_requets_total']);
    assert.deepEqual(findUnknown('sum by (tol) (bio_mcp_requests_total)'), ['tol']);
    assert.deepEqual(findUnknown('bio_mcp_requests_total{code="x"}', '{{tool}}'), ['code']);
    assert.deepEqual(findUnknown('rate(bio_mcp_latency_seconds[5m])'), ['bio_mcp_latency_seconds']);
  });
});

describe('the runbooks', () => {
  const pages = globSync('docs/runbooks/*.md', { cwd: ROOT }).filter((path) => !path.endsWith('README.md'));

  test('every alert has one, and each belongs to an alert', () => {
    assert.deepEqual(pages.sort(), ALERTS.map(toRunbook).sort());
  });

  for (const alert of ALERTS) {
    test(`${alert.name}: its page tells the meaning, the first look, the remedy and the end`, () => {
      const text = read(toRunbook(alert));
      assert.deepEqual(
        [...text.matchAll(/^#+ .+$/gm)].map(([heading]) => heading),
        [`# ${alert.name}`, '## What it means', '## First look', '## Remedy', '## When it ends'],
      );
      assert.match(text, /## First look\n[^#]*```console\n\$ /);
    });
  }
});
