import type { Metric } from 'prom-client';
import type { MetricRow } from './metric-names.ts';

interface Sample {
  labels: Record<string, string | number>;
  value: number;
  metricName?: string;
}

/**
 * Counters and a histogram that are told of every request: prom-client's own find the place of their labels
 * anew each time, which costs a tenth of a short call.
 */
export function createFastCounter({ name, help, labels: [first = '', second = ''] }: MetricRow) {
  const counts = new Map<string, Map<string, { value: number }>>();

  function find(one: string, other: string): { value: number } {
    let row = counts.get(one);
    if (row === undefined) {
      row = new Map();
      counts.set(one, row);
    }
    let count = row.get(other);
    if (count === undefined) {
      count = { value: 0 };
      row.set(other, count);
    }
    return count;
  }

  const list = (): Sample[] =>
    [...counts].flatMap(([one, row]) =>
      [...row].map(([other, { value }]) => ({ labels: { [first]: one, [second]: other }, value })),
    );
  return {
    inc(one: string, other: string): void {
      find(one, other).value += 1;
    },
    metric: toMetric({ name, help, type: 'counter' }, list),
  };
}

/** Of one label; `bounds` ascending, in the unit of what is observed. */
export function createFastHistogram(
  { name, help, labels: [label = ''] }: MetricRow,
  bounds: readonly number[],
) {
  /** The last place is for what is above all bounds. */
  const observed = new Map<string, { counts: number[]; sum: number }>();

  function list(): Sample[] {
    return [...observed].flatMap(([value, { counts, sum }]) => {
      let below = 0;
      const buckets = counts.map((count, at) => {
        below += count;
        const le = bounds[at] ?? '+Inf';
        return { labels: { le, [label]: value }, value: below, metricName: `${name}_bucket` };
      });
      const labels = { [label]: value };
      return [
        ...buckets,
        { labels, value: sum, metricName: `${name}_sum` },
        { labels, value: below, metricName: `${name}_count` },
      ];
    });
  }

  return {
    observe(labelValue: string, value: number): void {
      let row = observed.get(labelValue);
      if (row === undefined) {
        row = { counts: Array<number>(bounds.length + 1).fill(0), sum: 0 };
        observed.set(labelValue, row);
      }
      let at = 0;
      while (at < bounds.length && value > (bounds[at] ?? 0)) at += 1;
      row.counts[at] = (row.counts[at] ?? 0) + 1;
      row.sum += value;
    },
    metric: toMetric({ name, help, type: 'histogram' }, list),
  };
}

/** What a registry of prom-client asks of a metric is its name, and its values by `get`. */
function toMetric(head: { name: string; help: string; type: string }, list: () => Sample[]): Metric {
  const metric = {
    ...head,
    aggregator: 'sum',
    get: async () => ({ ...head, aggregator: 'sum', values: list() }),
    reset() {},
  };
  return metric as unknown as Metric; // it has all that the registry uses
}
