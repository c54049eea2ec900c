import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { createBoundLabels } from './bound-labels.ts';
import { BUCKET_SECONDS, METRICS, type MetricRow } from './metric-names.ts';
import type { Metrics } from './metrics.ts';
import { RequestMeters } from './request-meters.ts';
import type { ScrapedFacts, ScrapedFigures } from './scraped-facts.ts';

/** One metric with its values, as the registry keeps them. */
export interface MetricValues {
  name: string;
  values: readonly {
    labels: Readonly<Partial<Record<string, string | number>>>;
    value: number;
    metricName?: string;
  }[];
}

/** Counts what it is told, and tells it together with what was looked up. */
export interface MetricsRegistry extends Metrics {
  readonly contentType: string;
  /** In the text format of Prometheus. One call at a time. */
  write(facts: ScrapedFacts): Promise<string>;
  /** The service's own metrics, without Node's. One call at a time. */
  list(facts: ScrapedFacts): Promise<readonly MetricValues[]>;
}

export interface PromMetricsOptions {
  /** The names that labels may take; whatever else comes is `unknown`. */
  tools: readonly string[];
  errorCodes: readonly string[];
  version: string;
}

/** Of Node's own, those whose names `promtool check metrics` refuses: gauges that end in `_total`. */
const REFUSED = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];
/** What the database sends is bounded once more here. */
const MOST_TERMS = 50;

/** A registry of its own for each call: two services of one process never count together. */
export function createPromMetrics({ tools, errorCodes, version }: PromMetricsOptions): MetricsRegistry {
  const registry = new Registry();
  const ofNode = new Registry();
  collectDefaultMetrics({ register: ofNode });
  for (const name of REFUSED) ofNode.removeSingleMetric(name);
  const labels = createBoundLabels({ tools, errorCodes });

  const toOptions = ({ name, help, labels: labelNames }: MetricRow) => ({
    name,
    help,
    labelNames,
    registers: [registry],
  });
  const counter = (row: MetricRow) => new Counter<string>(toOptions(row));
  const gauge = (row: MetricRow) => new Gauge<string>(toOptions(row));
  const histogram = (row: MetricRow) =>
    new Histogram<string>({ ...toOptions(row), buckets: [...BUCKET_SECONDS] });

  const requests = new RequestMeters({ tools, labels, bounds: BUCKET_SECONDS });
  for (const metric of requests.listMetrics()) registry.registerMetric(metric);
  const jobsRunning = gauge(METRICS.jobsRunning);
  const jobsQueued = gauge(METRICS.jobsQueued);
  const jobsSucceeded = counter(METRICS.jobsSucceeded);
  const jobsFailed = counter(METRICS.jobsFailed);
  const jobProgress = gauge(METRICS.jobProgress);
  const ready = gauge(METRICS.ready);
  const checkUp = gauge(METRICS.checkUp);
  const queueOldestAge = gauge(METRICS.queueOldestAge);
  const deadLetters = gauge(METRICS.deadLetters);
  const ncbiRequests = counter(METRICS.ncbiRequests);
  const ncbiStartWait = histogram(METRICS.ncbiStartWait);
  const syncLastSuccess = gauge(METRICS.syncLastSuccess);
  const documents = gauge(METRICS.documents);
  const chunks = gauge(METRICS.chunks);
  const quarantined = gauge(METRICS.quarantined);
  const archivePutFailures = counter(METRICS.archivePutFailures);
  const indexWriteFailures = counter(METRICS.indexWriteFailures);
  const logLinesDropped = counter(METRICS.logLinesDropped);
  gauge(METRICS.buildInfo).set({ version }, 1);
  // A rate needs the zero before the first one.
  for (const tool of tools) jobsSucceeded.inc({ tool }, 0);

  /** A gauge without a value is left out. */
  const setOrRemove = (one: Gauge<string>, value: number | null) =>
    value === null ? one.remove() : one.set(value);

  function setFigures(figures: ScrapedFigures | null): void {
    for (const one of [jobsRunning, jobsQueued, jobProgress, syncLastSuccess]) one.reset();
    setOrRemove(queueOldestAge, figures?.queueOldestAgeSeconds ?? null);
    setOrRemove(documents, figures?.documents ?? null);
    setOrRemove(chunks, figures?.chunks ?? null);
    setOrRemove(quarantined, figures?.quarantined ?? null);
    if (figures === null) return;
    for (const tool of tools) {
      jobsRunning.set({ tool }, 0);
      jobsQueued.set({ tool }, 0);
    }
    for (const { tool: given, state, jobs, leastPct } of figures.jobs) {
      const tool = labels.toTool(given);
      (state === 'running' ? jobsRunning : jobsQueued).inc({ tool }, jobs);
      if (state === 'running') jobProgress.set({ tool }, Math.min(1, Math.max(0, leastPct / 100)));
    }
    for (const { term, succeededAtSeconds } of figures.syncs.slice(0, MOST_TERMS)) {
      syncLastSuccess.set({ term: labels.toTerm(term) }, succeededAtSeconds);
    }
  }

  function setFacts({ ready: isReady, checks, figures, deadLetters: letters }: ScrapedFacts): void {
    ready.set(isReady ? 1 : 0);
    checkUp.reset();
    for (const { name, isUp } of checks) checkUp.set({ check: labels.toCheck(name) }, isUp ? 1 : 0);
    setOrRemove(deadLetters, letters);
    setFigures(figures);
  }

  return {
    countRequest: (request) => requests.count(request),
    countEndedJob({ tool: given, errorCode }) {
      const tool = labels.toTool(given);
      if (errorCode === null) jobsSucceeded.inc({ tool });
      else jobsFailed.inc({ tool, error_code: labels.toErrorCode(errorCode) });
    },
    countNcbiRequest({ endpoint, outcome }) {
      ncbiRequests.inc({ endpoint: labels.toEndpoint(endpoint), outcome });
    },
    observeNcbiStartWait: (waitMs) => ncbiStartWait.observe(waitMs / 1_000),
    countArchivePutFailure: () => archivePutFailures.inc(),
    countIndexWriteFailure: () => indexWriteFailures.inc(),
    countDroppedLines: (lines) => logLinesDropped.inc(lines),
    contentType: registry.contentType,
    async write(facts) {
      setFacts(facts);
      return `${await registry.metrics()}\n${await ofNode.metrics()}`;
    },
    async list(facts) {
      setFacts(facts);
      return registry.getMetricsAsJSON();
    },
  };
}
