import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { Ajv } from 'ajv';
import { createEmf, type EmfDocument } from '../../src/telemetry/emf.ts';
import { createPromMetrics } from '../../src/telemetry/prom-metrics.ts';
import type { ScrapedFacts } from '../../src/telemetry/scraped-facts.ts';
import { writeEmf } from '../../src/telemetry/write-emf.ts';
import { recordingLogger } from '../support/telemetry/log-lines.ts';
import { createHeldClock } from '../support/time/held-clock.ts';

const schema = JSON.parse(
  readFileSync(new URL('../fixtures/cloudwatch/emf-schema.json', import.meta.url), 'utf8'),
);
const isEmf = new Ajv({ strict: false }).compile(schema);

const FACTS: ScrapedFacts = {
  ready: true,
  checks: [{ name: 'database', isUp: true }],
  figures: {
    jobs: [{ tool: 'pubmed.sync', state: 'running', jobs: 1, leastPct: 12.5 }],
    queueOldestAgeSeconds: 3,
    syncs: [
      { term: 'glioma', succeededAtSeconds: 1_790_000_000 },
      { term: 'asthma "in" {children}', succeededAtSeconds: 1_790_000_001 },
    ],
    documents: 10,
    chunks: 12,
    quarantined: 0,
  },
  deadLetters: 0,
};

function open() {
  const registry = createPromMetrics({
    tools: ['ping', 'pubmed.sync'],
    errorCodes: ['INTERNAL'],
    version: '1.2.3',
  });
  const toDocuments = createEmf({ service: 'http' });
  const write = async () => toDocuments(await registry.list(FACTS), new Date('2026-03-01T00:00:00Z'));
  return { registry, write };
}

/** Beyond what the schema says, the words of the specification: targets are there, and of the right kind. */
function assertIsEmf(document: EmfDocument): void {
  assert.ok(isEmf(document), JSON.stringify(isEmf.errors));
  const { CloudWatchMetrics } = document._aws as {
    CloudWatchMetrics: { Dimensions: string[][]; Metrics: { Name: string }[] }[];
  };
  for (const { Dimensions, Metrics } of CloudWatchMetrics) {
    assert.ok(Metrics.length > 0 && Metrics.length <= 100);
    for (const name of Dimensions.flat()) assert.equal(typeof document[name], 'string', name);
    for (const { Name } of Metrics) {
      const values = [document[Name]].flat();
      assert.ok(values.length > 0 && values.length <= 100, Name);
      assert.ok(
        values.every((value) => typeof value === 'number' && Number.isFinite(value)),
        Name,
      );
    }
  }
}

function find(
  documents: readonly EmfDocument[],
  name: string,
  members: Record<string, string> = {},
): unknown {
  return documents.find(
    (one) => name in one && Object.entries(members).every(([member, value]) => one[member] === value),
  )?.[name];
}

describe('the Embedded Metric Format', () => {
  test('is as AWS publishes it, with the plan’s names, by service and by tool or check', async () => {
    const { registry, write } = open();
    registry.countRequest({ tool: 'ping', surface: 'http', errorCode: 'INTERNAL', latencyMs: 7 });
    registry.countRequest({ tool: 'ping', surface: 'http', errorCode: null, latencyMs: 99_000 });
    const documents = await write();
    for (const document of documents) assertIsEmf(document);
    assert.equal(find(documents, 'requests_total', { Tool: 'ping', surface: 'http' }), 2);
    assert.equal(find(documents, 'errors_total', { Tool: 'ping', error_code: 'INTERNAL' }), 1);
    assert.deepEqual(find(documents, 'latency_ms', { Service: 'http', Tool: 'ping' }), [10, 120_000]);
    assert.equal(find(documents, 'progress_pct', { Tool: 'pubmed.sync' }), 12.5);
    assert.equal(find(documents, 'check_up', { Check: 'database' }), 1);
    assert.equal(find(documents, 'archive_put_failures_total'), 0);
    assert.equal(
      find(documents, 'sync_last_success_timestamp_seconds', { term: 'asthma "in" {children}' }),
      1_790_000_001,
    );
    const dimensions = documents.map(({ _aws }) => JSON.stringify(_aws).match(/"Dimensions":(.*?\]\])/)?.[1]);
    assert.deepEqual([...new Set(dimensions)].toSorted(), [
      '[["Service","Check"]]',
      '[["Service","Tool"]]',
      '[["Service"]]',
    ]);
  });

  test('tells counters by what came since the last time, and nothing where nothing came', async () => {
    const { registry, write } = open();
    const count = () =>
      registry.countRequest({ tool: 'ping', surface: 'http', errorCode: null, latencyMs: 1 });
    count();
    await write();
    count();
    count();
    registry.countArchivePutFailure();
    const second = await write();
    assert.equal(find(second, 'requests_total', { Tool: 'ping' }), 2);
    assert.deepEqual(find(second, 'latency_ms', { Tool: 'ping' }), [5, 5]);
    assert.equal(find(second, 'archive_put_failures_total'), 1);
    const third = await write();
    assert.equal(find(third, 'requests_total', { Tool: 'ping' }), undefined);
    assert.equal(find(third, 'latency_ms', { Tool: 'ping' }), undefined);
    assert.equal(find(third, 'documents'), 10);
  });

  test('tells of very many requests as many values as it may, in their proportions', async () => {
    const { registry, write } = open();
    for (let at = 0; at < 5_000; at += 1) {
      registry.countRequest({
        tool: 'ping',
        surface: 'http',
        errorCode: null,
        latencyMs: at === 0 ? 20_000 : 3,
      });
    }
    const documents = await write();
    for (const document of documents) assertIsEmf(document);
    const values = find(documents, 'latency_ms', { Tool: 'ping' }) as number[];
    assert.ok(values.length > 80);
    assert.deepEqual([...new Set(values)], [5, 30_000]);
    assert.equal(values.filter((value) => value === 30_000).length, 1);
  });

  test('is written one document a line, at the end once more', async () => {
    const { registry } = open();
    const { lines, logger } = recordingLogger();
    const written: string[] = [];
    const list = () => registry.list(FACTS);
    const clock = createHeldClock();
    const options = { service: 'worker', write: (text: string) => void written.push(text), clock, logger };
    await writeEmf({ ...options, scrape: { list } })[Symbol.asyncDispose]();
    const documents = written
      .join('')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    for (const document of documents) assertIsEmf(document);
    assert.equal(documents[0].Service, 'worker');
    await writeEmf({ ...options, scrape: { list: () => Promise.reject(new Error('no')) } })[
      Symbol.asyncDispose
    ]();
    assert.deepEqual(
      lines.map(({ msg }) => msg),
      ['the metrics could not be written'],
    );
  });
});
