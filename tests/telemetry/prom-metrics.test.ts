import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { METRICS } from '../../src/telemetry/metric-names.ts';
import { createPromMetrics } from '../../src/telemetry/prom-metrics.ts';
import type { ScrapedFacts } from '../../src/telemetry/scraped-facts.ts';
import { readSamples, type Sample } from '../support/telemetry/metric-samples.ts';

const TOOLS = ['ping', 'pubmed.sync'];
const FIGURES: ScrapedFacts['figures'] = {
  jobs: [
    { tool: 'pubmed.sync', state: 'running', jobs: 2, leastPct: 12.5 },
    { tool: 'pubmed.sync', state: 'queued', jobs: 3, leastPct: 0 },
  ],
  queueOldestAgeSeconds: 61.5,
  syncs: [{ term: 'glioma', succeededAtSeconds: 1_790_000_000 }],
  documents: 1_000,
  chunks: 1_234,
  quarantined: 1,
};
const FACTS: ScrapedFacts = {
  ready: true,
  checks: [
    { name: 'database', isUp: true },
    { name: 'index', isUp: false },
  ],
  figures: FIGURES,
  deadLetters: 4,
};

const create = () =>
  createPromMetrics({ tools: TOOLS, errorCodes: ['DB_UNAVAILABLE', 'INTERNAL'], version: '1.2.3' });

function find(
  samples: readonly Sample[],
  name: string,
  labels: Record<string, string> = {},
): number | undefined {
  return samples.find(
    (one) =>
      one.name === name && Object.entries(labels).every(([label, value]) => one.labels[label] === value),
  )?.value;
}

describe('the metrics', () => {
  test('tell what was counted and what was looked up', async () => {
    const registry = create();
    registry.countRequest({ tool: 'ping', surface: 'http', errorCode: null, latencyMs: 7 });
    registry.countRequest({ tool: 'ping', surface: 'mcp', errorCode: 'DB_UNAVAILABLE', latencyMs: 70_000 });
    registry.countRequest({ tool: null, surface: 'http', errorCode: null, latencyMs: 3 });
    registry.countEndedJob({ tool: 'pubmed.sync', errorCode: 'INTERNAL' });
    registry.countNcbiRequest({ endpoint: 'efetch', outcome: 'rate_limited' });
    registry.observeNcbiStartWait(400);
    registry.countArchivePutFailure();
    registry.countDroppedLines(7);
    const samples = readSamples(await registry.write(FACTS));
    const expected: [name: string, labels: Record<string, string>, value: number][] = [
      ['requests_total', { tool: 'ping', surface: 'http' }, 1],
      ['requests_total', { tool: 'none', surface: 'http' }, 1],
      ['errors_total', { tool: 'ping', error_code: 'DB_UNAVAILABLE' }, 1],
      ['latency_seconds_bucket', { tool: 'ping', le: '0.005' }, 0],
      ['latency_seconds_bucket', { tool: 'ping', le: '0.01' }, 1],
      ['latency_seconds_bucket', { tool: 'ping', le: '60' }, 1],
      ['latency_seconds_bucket', { tool: 'ping', le: '+Inf' }, 2],
      ['jobs_running', { tool: 'pubmed.sync' }, 2],
      ['jobs_queued', { tool: 'pubmed.sync' }, 3],
      ['jobs_queued', { tool: 'ping' }, 0],
      ['job_progress_ratio', { tool: 'pubmed.sync' }, 0.125],
      ['jobs_succeeded_total', { tool: 'pubmed.sync' }, 0],
      ['jobs_failed_total', { tool: 'pubmed.sync', error_code: 'INTERNAL' }, 1],
      ['ready', {}, 1],
      ['check_up', { check: 'database' }, 1],
      ['check_up', { check: 'index' }, 0],
      ['queue_oldest_age_seconds', {}, 61.5],
      ['dead_letters', {}, 4],
      ['ncbi_requests_total', { endpoint: 'efetch', outcome: 'rate_limited' }, 1],
      ['ncbi_start_wait_seconds_sum', {}, 0.4],
      ['sync_last_success_timestamp_seconds', { term: 'glioma' }, 1_790_000_000],
      ['documents', {}, 1_000],
      ['chunks', {}, 1_234],
      ['quarantined', {}, 1],
      ['archive_put_failures_total', {}, 1],
      ['index_write_failures_total', {}, 0],
      ['log_lines_dropped_total', {}, 7],
      ['build_info', { version: '1.2.3' }, 1],
    ];
    for (const [name, labels, value] of expected) {
      assert.equal(find(samples, `bio_mcp_${name}`, labels), value, `${name} ${JSON.stringify(labels)}`);
    }
    // A request about no tool may be a stream that stays open for hours.
    assert.equal(find(samples, 'bio_mcp_latency_seconds_count', { tool: 'none' }), undefined);
    assert.ok((find(samples, 'process_resident_memory_bytes') ?? 0) > 0);
  });

  test('count a tool that is not known as such, also where it is called as a label is', async () => {
    const registry = create();
    for (const tool of ['none', 'unknown', '', 'Ping', 'constructor', '__proto__']) {
      registry.countRequest({ tool, surface: 'http', errorCode: 'INTERNAL', latencyMs: 1 });
    }
    const samples = readSamples(await registry.write(FACTS));
    assert.equal(find(samples, 'bio_mcp_requests_total', { tool: 'unknown', surface: 'http' }), 6);
    assert.equal(find(samples, 'bio_mcp_errors_total', { tool: 'unknown', error_code: 'INTERNAL' }), 6);
    assert.equal(find(samples, 'bio_mcp_latency_seconds_count', { tool: 'unknown' }), 6);
    assert.equal(find(samples, 'bio_mcp_requests_total', { tool: 'none' }), undefined);
    assert.equal(find(samples, 'bio_mcp_requests_total', { tool: 'ping' }), undefined);
  });

  test('leave out what needs a database that is away, and tell the rest', async () => {
    const registry = create();
    await registry.write(FACTS);
    const text = await registry.write({ ...FACTS, ready: false, figures: null, deadLetters: null });
    const names = new Set(readSamples(text).map(({ name }) => name));
    for (const { name, kind, needs } of Object.values(METRICS)) {
      const sample = kind === 'histogram' ? `${name}_bucket` : name;
      if (needs !== 'nothing') assert.ok(!names.has(name), name);
      else if (['bio_mcp_ready', 'bio_mcp_check_up', 'bio_mcp_build_info'].includes(name))
        assert.ok(names.has(sample), name);
    }
    assert.equal(find(readSamples(text), 'bio_mcp_ready'), 0);
  });

  test('tell the queries of now: one that is no longer among the last is gone', async () => {
    const registry = create();
    await registry.write(FACTS);
    const syncs = [{ term: 'asthma', succeededAtSeconds: 1_800_000_000 }];
    const text = await registry.write({ ...FACTS, figures: { ...(FIGURES ?? assert.fail()), syncs } });
    assert.match(text, /term="asthma"/);
    assert.doesNotMatch(text, /term="glioma"/);
  });

  test('stay as many whatever names come: 10,000 odd ones', async () => {
    const registry = create();
    const odd = (at: number) => `x${at}"\n{}\\ \u{1f9ec}${'y'.repeat(at % 300)}`;
    const syncs = Array.from({ length: 10_000 }, (_, at) => ({ term: odd(at), succeededAtSeconds: at }));
    const jobs = syncs.map(({ term: tool }) => ({ tool, state: 'running' as const, jobs: 1, leastPct: 900 }));
    const checks = syncs.map(({ term: name }) => ({ name, isUp: false }));
    const before = readSamples(await registry.write(FACTS)).length;
    for (let at = 0; at < 10_000; at += 1) {
      const tool = odd(at);
      registry.countRequest({ tool, surface: 'http', errorCode: tool, latencyMs: at });
      registry.countEndedJob({ tool, errorCode: tool });
      registry.countNcbiRequest({ endpoint: tool, outcome: 'ok' });
    }
    const figures = { ...(FIGURES ?? assert.fail()), syncs, jobs };
    const samples = readSamples(await registry.write({ ...FACTS, checks, figures }));
    // One more of each name, the histogram of the unknown tool, and fifty queries.
    assert.ok(samples.length - before < 80, `${samples.length - before} more`);
    assert.equal(find(samples, 'bio_mcp_requests_total', { tool: 'unknown' }), 10_000);
    assert.equal(find(samples, 'bio_mcp_job_progress_ratio', { tool: 'unknown' }), 1);
    const terms = samples.flatMap(({ labels }) => labels.term ?? []);
    assert.equal(terms.length, 50);
    assert.ok(terms.every((term) => term.length <= 100));
  });

  test('have no name that a linter of Prometheus refuses', async () => {
    const text = await create().write(FACTS);
    const gauges = [...text.matchAll(/^# TYPE (\S+) gauge$/gm)].map(([, name]) => name ?? '');
    assert.ok(gauges.length > 20);
    assert.deepEqual(
      gauges.filter((name) => name.endsWith('_total')),
      [],
    );
  });
});
