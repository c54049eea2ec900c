import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ALERTS, toRunbook } from '../../scripts/observability/alerts.ts';
import { promtool, whyNoPromtool } from '../support/telemetry/promtool.ts';

const RULES = fileURLToPath(new URL('../../infra/observability/prometheus-rules.yaml', import.meta.url));

interface History {
  tells: string;
  alert: string;
  /** A value each minute from the start, by series, in promtool's notation: `0x10` is eleven zeros. */
  series: Readonly<Record<string, string>>;
  /** Minutes at which it fires, once each, with the value it shows and the labels beside its severity. */
  fires: readonly [minute: number, value: string, labels?: Readonly<Record<string, string>>][];
  quiet: readonly number[];
}

const API = 'instance="api-1"';
const DAY_MINUTES = 24 * 60;

/** promtool's clock begins at 0, which is when the syncs below succeeded. */
const HISTORIES: readonly History[] = [
  {
    tells: 'one request of ten ends with a failed database, for ten minutes',
    alert: 'BioMcpServerErrors',
    series: {
      [`bio_mcp_requests_total{${API},tool="rag.search",surface="http"}`]: '0+60x60',
      [`bio_mcp_errors_total{${API},tool="rag.search",error_code="DB_UNAVAILABLE"}`]: '0x10 0+6x12 72x38',
    },
    fires: [[20, '100m']],
    quiet: [5, 14, 35, 60],
  },
  {
    tells: 'every request is refused for its parameters',
    alert: 'BioMcpServerErrors',
    series: {
      [`bio_mcp_requests_total{${API},tool="rag.search",surface="http"}`]: '0+60x60',
      [`bio_mcp_errors_total{${API},tool="rag.search",error_code="VALIDATION"}`]: '0+60x60',
    },
    fires: [],
    quiet: [20, 60],
  },
  {
    tells: 'errors are few, and counters begin anew as the process starts again',
    alert: 'BioMcpServerErrors',
    series: {
      [`bio_mcp_requests_total{${API},tool="rag.search",surface="http"}`]: '0+1000x20 0+1000x20',
      [`bio_mcp_errors_total{${API},tool="rag.search",error_code="INTERNAL"}`]: '900+1x20 0+1x20',
    },
    fires: [],
    quiet: [10, 22, 26, 40],
  },
  {
    tells: 'one of two processes is not ready for ten minutes',
    alert: 'BioMcpNotReady',
    series: {
      'bio_mcp_ready{instance="api-1"}': '1x40',
      'bio_mcp_ready{instance="api-2"}': '1x10 0x10 1x18',
    },
    fires: [[15, '0', { instance: 'api-2' }]],
    quiet: [5, 12, 24, 38],
  },
  {
    tells: 'nobody gives metrics any more, and then somebody does',
    alert: 'BioMcpAbsent',
    series: { 'bio_mcp_ready{instance="api-1"}': '1x5 stale _x20 1x20' },
    fires: [[15, '1']],
    quiet: [5, 10, 32],
  },
  {
    tells: 'one of two processes is away for a while, and another program for ever',
    alert: 'BioMcpDown',
    series: {
      'up{job="bio-mcp",instance="api-1"}': '1x40',
      'bio_mcp_ready{job="bio-mcp",instance="api-1"}': '1x40',
      'up{job="bio-mcp",instance="worker-1"}': '1x5 0x14 1x20',
      'bio_mcp_ready{job="bio-mcp",instance="worker-1"}': '1x5 stale _x13 1x20',
      'up{job="another",instance="api-1"}': '0x40',
    },
    fires: [[15, '0', { job: 'bio-mcp', instance: 'worker-1' }]],
    quiet: [5, 10, 22, 40],
  },
  {
    tells: 'a process does not come up at all, beside one that does',
    alert: 'BioMcpDown',
    series: {
      'up{job="bio-mcp",instance="api-1"}': '1x40',
      'bio_mcp_ready{job="bio-mcp",instance="api-1"}': '1x40',
      'up{job="bio-mcp",instance="worker-1"}': '0x40',
    },
    fires: [[10, '0', { job: 'bio-mcp', instance: 'worker-1' }]],
    quiet: [3],
  },
  {
    tells: 'the only process of its scrape job is away for a night, and then taken from the targets',
    alert: 'BioMcpDown',
    series: {
      'up{job="workers",instance="worker-1"}': `1x5 0x${8 * 60} stale`,
      'bio_mcp_ready{job="workers",instance="worker-1"}': '1x5 stale',
    },
    fires: [[8 * 60, '0', { job: 'workers', instance: 'worker-1' }]],
    quiet: [5, 8 * 60 + 10],
  },
  {
    tells: 'jobs wait while no worker runs, told by two processes',
    alert: 'BioMcpJobsWait',
    series: {
      'bio_mcp_queue_oldest_age_seconds{instance="api-1"}': '0x5 0+60x30 0x20',
      'bio_mcp_queue_oldest_age_seconds{instance="worker-1"}': '0x5 0+60x30 0x20',
    },
    fires: [[35, '1.74k']],
    quiet: [5, 20, 24, 45],
  },
  {
    tells: 'a message is dead, until somebody takes it away',
    alert: 'BioMcpDeadLetters',
    series: { 'bio_mcp_dead_letters{instance="worker-1"}': '0x9 1x20 0x20' },
    fires: [[12, '1']],
    quiet: [5, 35],
  },
  {
    tells: 'one query is synced each day, the other not any more until its 28th hour',
    alert: 'BioMcpSyncStale',
    series: {
      'bio_mcp_sync_last_success_timestamp_seconds{instance="api-1",term="glioma"}': `0x${28 * 60} ${28 * 3_600}x120`,
      'bio_mcp_sync_last_success_timestamp_seconds{instance="api-2",term="glioma"}': `0x${28 * 60} ${28 * 3_600}x120`,
      'bio_mcp_sync_last_success_timestamp_seconds{instance="api-1",term="asthma"}': `0x1380 82800x420`,
    },
    fires: [[26 * 60, '93.6k', { term: 'glioma' }]],
    quiet: [DAY_MINUTES - 1, DAY_MINUTES + 30, 29 * 60],
  },
  {
    tells: 'a query that never synced is in no gauge: its failed jobs tell of it, from the first one on',
    alert: 'BioMcpSyncFailed',
    series: {
      'bio_mcp_jobs_failed_total{instance="worker-1",tool="pubmed.sync.incremental",error_code="PUBMED_TIMEOUT"}':
        '_x10 1x130',
    },
    fires: [
      [12, '1'],
      [60, '1'],
    ],
    quiet: [5, 80, 130],
  },
  {
    tells: 'a sync is cancelled, and a load fails',
    alert: 'BioMcpSyncFailed',
    series: {
      'bio_mcp_jobs_failed_total{instance="worker-1",tool="pubmed.sync",error_code="CANCELLED"}':
        '_x10 1x130',
      'bio_mcp_jobs_failed_total{instance="worker-1",tool="pubmed.load",error_code="ARCHIVE_TIMEOUT"}':
        '_x10 1x130',
    },
    fires: [],
    quiet: [12, 60],
  },
  {
    tells: 'the archive refuses for a while; the counter then begins anew with another process',
    alert: 'BioMcpArchivePutFailed',
    series: { 'bio_mcp_archive_put_failures_total{instance="worker-1"}': '0x10 1 2 2x25 0x30' },
    fires: [
      [12, '2'],
      [20, '2'],
    ],
    quiet: [5, 30, 45, 60],
  },
  {
    tells: 'the index refuses one write and no other',
    alert: 'BioMcpIndexWriteFailed',
    series: { 'bio_mcp_index_write_failures_total{instance="worker-1"}': '0x10 1x50' },
    fires: [[13, '1']],
    quiet: [5, 30],
  },
  {
    tells: 'NCBI blocks one request',
    alert: 'BioMcpNcbiRefuses',
    series: {
      'bio_mcp_ncbi_requests_total{instance="worker-1",endpoint="efetch",outcome="ok"}': '0+9x90',
      'bio_mcp_ncbi_requests_total{instance="worker-1",endpoint="efetch",outcome="blocked"}': '_x10 1x80',
    },
    fires: [
      [12, '1'],
      [38, '1'],
    ],
    quiet: [5, 50],
  },
  {
    tells: 'NCBI asks for a slower pace and is not there for a while',
    alert: 'BioMcpNcbiRefuses',
    series: {
      'bio_mcp_ncbi_requests_total{instance="worker-1",endpoint="efetch",outcome="rate_limited"}': '0+9x90',
      'bio_mcp_ncbi_requests_total{instance="worker-1",endpoint="efetch",outcome="unavailable"}': '0+9x90',
    },
    fires: [],
    quiet: [12, 60],
  },
];

test('promtool takes the rules', { skip: whyNoPromtool() }, () => {
  const { isGood, said } = promtool(['check', 'rules', '--lint-fatal', RULES]);
  assert.ok(isGood && said.includes(`${ALERTS.length} rules found`), said);
});

test('every alert has a history in which it fires and is over', () => {
  const played = HISTORIES.filter(({ fires, quiet }) =>
    fires.some(([minute]) => quiet.some((later) => later > minute)),
  ).map(({ alert }) => alert);
  assert.deepEqual([...new Set(played)].sort(), ALERTS.map(({ name }) => name).sort());
});

for (const { tells, alert: name, series, fires, quiet } of HISTORIES) {
  test(`${name}: ${tells}`, { skip: whyNoPromtool() }, async () => {
    const alert = ALERTS.find((one) => one.name === name) ?? assert.fail(name);
    const { severity, summary } = alert;
    const expect = (minute: number, alerts: readonly object[]) => ({
      eval_time: `${minute}m`,
      alertname: name,
      exp_alerts: alerts,
    });
    const file = {
      rule_files: [RULES],
      evaluation_interval: '1m',
      tests: [
        {
          interval: '1m',
          input_series: Object.entries(series).map(([one, values]) => ({ series: one, values })),
          alert_rule_test: [
            ...fires.map(([minute, value, labels]) =>
              expect(minute, [
                {
                  exp_labels: { severity, ...labels },
                  exp_annotations: { summary, value, runbook: toRunbook(alert) },
                },
              ]),
            ),
            ...quiet.map((minute) => expect(minute, [])),
          ],
        },
      ],
    };
    const folder = await mkdtemp(join(tmpdir(), 'bio-mcp-rules-'));
    try {
      const path = join(folder, 'history.yaml');
      await writeFile(path, JSON.stringify(file)); // YAML has JSON in it
      const { isGood, said } = promtool(['test', 'rules', path]);
      assert.ok(isGood, said);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
}
