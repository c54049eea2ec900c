import { BUCKET_SECONDS, METRICS, type MetricKind, type MetricRow } from './metric-names.ts';
import type { MetricValues } from './prom-metrics.ts';

/** One line of CloudWatch Embedded Metric Format. */
export type EmfDocument = Readonly<Record<string, unknown>>;

const NAMESPACE = 'BioMcp';
/** Numbers of one member: see the specification that tests/fixtures/cloudwatch/ names. */
const MOST_VALUES = 100;
/** Labels that are dimensions; CloudWatch bills each combination, so others are only members to search by. */
const DIMENSIONS: Readonly<Record<string, string>> = { tool: 'Tool', check: 'Check' };
/** As the plan of the service names them, in units that CloudWatch knows. */
const RENAMED: Readonly<Record<string, { name: string; unit: string; factor: number }>> = {
  latency_seconds: { name: 'latency_ms', unit: 'Milliseconds', factor: 1_000 },
  job_progress_ratio: { name: 'progress_pct', unit: 'Percent', factor: 100 },
};
const KINDS = new Map<string, MetricKind>(Object.values(METRICS).map(({ name, kind }) => [name, kind]));

/** What CloudWatch makes of a metric: alarms and dashboard ask for it by these. */
export interface EmfMetric {
  namespace: string;
  name: string;
  /** All of them together, and no fewer, name one series. */
  dimensions: readonly string[];
  /** The member of a line that holds a label, be it a dimension or not. */
  members: Readonly<Record<string, string>>;
}

export function toEmfMetric({ name, labels }: MetricRow): EmfMetric {
  return {
    namespace: NAMESPACE,
    name: toName(name).name,
    dimensions: ['Service', ...labels.flatMap((label) => DIMENSIONS[label] ?? [])],
    members: Object.fromEntries(labels.map((label) => [label, DIMENSIONS[label] ?? label])),
  };
}

interface Point {
  name: string;
  unit: string;
  /** Of a histogram, as many as there were, at most `MOST_VALUES`. */
  value: number | readonly number[];
  labels: Readonly<Partial<Record<string, string | number>>>;
}

/**
 * Makes of the registry's values what is new since the last call: counters and histograms as what came
 * meanwhile, gauges as they are. A histogram's values are the upper bounds of their buckets.
 */
export function createEmf({ service }: { service: string }) {
  const seen = new Map<string, number>();

  /** What a cumulative value grew by. */
  function toGrowth(key: string, value: number): number {
    const growth = value - (seen.get(key) ?? 0);
    seen.set(key, value);
    return growth;
  }

  function toPoints({ name: full, values }: MetricValues): Point[] {
    const { name, unit, factor } = toName(full);
    const kind = KINDS.get(full);
    if (kind === 'histogram') {
      return groupBuckets(values).flatMap(({ labels, counts }) => {
        const added = counts.map(({ le, count }) => ({
          le,
          count: toGrowth(`${full} ${JSON.stringify(labels)} ${le}`, count),
        }));
        const observed = toValues(added).map((seconds) => seconds * factor);
        return observed.length === 0 ? [] : [{ name, unit, labels, value: observed }];
      });
    }
    return values.flatMap(({ labels, value: given }) => {
      const isCounter = kind === 'counter';
      const value = (isCounter ? toGrowth(`${full} ${JSON.stringify(labels)}`, given) : given) * factor;
      const isNothing = isCounter && value === 0 && Object.keys(labels).length > 0;
      return isNothing ? [] : [{ name, unit, labels, value }];
    });
  }

  return (metrics: readonly MetricValues[], at: Date): EmfDocument[] => {
    const groups = Map.groupBy(metrics.flatMap(toPoints), ({ labels }) => JSON.stringify(labels));
    return [...groups.values()].map((points) => toDocument(points, { service, at }));
  };
}

function toName(full: string): { name: string; unit: string; factor: number } {
  const plain = full.replace('bio_mcp_', '');
  return RENAMED[plain] ?? { name: plain, unit: toUnit(plain), factor: 1 };
}

function toUnit(name: string): string {
  if (name.endsWith('_timestamp_seconds') || name.endsWith('_info') || name === 'ready') return 'None';
  if (name.endsWith('_seconds')) return 'Seconds';
  return name === 'check_up' ? 'None' : 'Count';
}

function toDocument(points: readonly Point[], { service, at }: { service: string; at: Date }): EmfDocument {
  const labels = Object.entries(points[0]?.labels ?? {});
  const members = labels.map(([label, value]) => [DIMENSIONS[label] ?? label, String(value)]);
  const dimensions = labels.flatMap(([label]) => DIMENSIONS[label] ?? []);
  return {
    _aws: {
      Timestamp: at.getTime(),
      CloudWatchMetrics: [
        {
          Namespace: NAMESPACE,
          Dimensions: [['Service', ...dimensions]],
          Metrics: points.map(({ name, unit }) => ({ Name: name, Unit: unit })),
        },
      ],
    },
    Service: service,
    ...Object.fromEntries(members),
    ...Object.fromEntries(points.map(({ name, value }) => [name, value])),
  };
}

interface Bucket {
  /** Infinity for the last. */
  le: number;
  count: number;
}

/** The buckets of each set of labels, in order, each with its own count instead of all below it. */
function groupBuckets(values: MetricValues['values']): { labels: Point['labels']; counts: Bucket[] }[] {
  const buckets = values.filter(({ metricName }) => metricName?.endsWith('_bucket'));
  const groups = Map.groupBy(buckets, ({ labels: { le: _, ...labels } }) => JSON.stringify(labels));
  return [...groups].map(([key, group]) => {
    const cumulative = group
      .map(({ labels: { le }, value }) => ({
        le: le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le),
        count: value,
      }))
      .toSorted((one, other) => one.le - other.le);
    const counts = cumulative.map(({ le, count }, at) => ({
      le,
      count: count - (cumulative[at - 1]?.count ?? 0),
    }));
    return { labels: JSON.parse(key), counts };
  });
}

/** As many values as were observed, or `MOST_VALUES` in the same proportions; what came seldom stays in. */
function toValues(buckets: readonly Bucket[]): number[] {
  const total = buckets.reduce((sum, { count }) => sum + count, 0);
  const share = Math.min(1, (MOST_VALUES - buckets.length) / Math.max(total, 1));
  return buckets.flatMap(({ le, count }) => {
    const times = total <= MOST_VALUES ? count : Math.ceil(count * share);
    return Array<number>(times).fill(Number.isFinite(le) ? le : LONGEST);
  });
}

/** What took longer than the last bound is told as twice that. */
const LONGEST = 2 * (BUCKET_SECONDS.at(-1) ?? 0);
