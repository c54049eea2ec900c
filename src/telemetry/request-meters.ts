import type { Metric } from 'prom-client';
import type { BoundLabels } from './bound-labels.ts';
import { METRICS, type MetricRow } from './metric-names.ts';
import type { CountedRequest, RequestSurface } from './metrics.ts';

interface Sample {
  labels: Record<string, string | number>;
  value: number;
  metricName?: string;
}

/** What is counted of the requests about one tool. */
interface ToolMeter {
  /** The value of its label. */
  readonly tool: string;
  readonly requests: Record<RequestSurface, number>;
  readonly errors: Map<string, number>;
  /** Requests by the bucket that their latency fell into; the last place is for what is above all bounds. */
  readonly latencies: number[];
  seconds: number;
}

export interface RequestMetersOptions {
  /** The tools that are told apart; all others count as one. */
  tools: readonly string[];
  labels: Pick<BoundLabels, 'toTool' | 'toErrorCode'>;
  /** Ascending, in seconds. */
  bounds: readonly number[];
}

/**
 * Counts every request. prom-client's own counters find the place of their labels anew each time, which costs
 * a tenth of a short call: here a request is one look for its tool, and prom-client asks when it is scraped.
 */
export class RequestMeters {
  readonly #bounds: readonly number[];
  readonly #labels: RequestMetersOptions['labels'];
  /** `null`: of requests about no tool. */
  readonly #meters: ReadonlyMap<string | null, ToolMeter>;
  readonly #unknown: ToolMeter;

  constructor({ tools, labels, bounds }: RequestMetersOptions) {
    const create = (tool: string | null): ToolMeter => ({
      tool: labels.toTool(tool),
      requests: { http: 0, mcp: 0, stdio: 0, cli: 0 },
      errors: new Map(),
      latencies: Array<number>(bounds.length + 1).fill(0),
      seconds: 0,
    });
    this.#bounds = bounds;
    this.#labels = labels;
    this.#meters = new Map([null, ...tools].map((tool) => [tool, create(tool)]));
    this.#unknown = create('');
  }

  count({ tool, surface, errorCode, latencyMs }: CountedRequest): void {
    const meter = this.#meters.get(tool) ?? this.#unknown;
    meter.requests[surface] += 1;
    if (errorCode !== null) {
      const code = this.#labels.toErrorCode(errorCode);
      meter.errors.set(code, (meter.errors.get(code) ?? 0) + 1);
    }
    if (tool === null) return;
    const seconds = latencyMs / 1_000;
    let at = 0;
    while (at < this.#bounds.length && seconds > (this.#bounds[at] ?? 0)) at += 1;
    meter.latencies[at] = (meter.latencies[at] ?? 0) + 1;
    meter.seconds += seconds;
  }

  /** For a registry of prom-client. */
  listMetrics(): Metric[] {
    const list = (toSamples: (meter: ToolMeter) => Sample[]) => () =>
      [...this.#meters.values(), this.#unknown].flatMap(toSamples);
    return [
      toMetric(METRICS.requests, list(toRequests)),
      toMetric(METRICS.errors, list(toErrors)),
      toMetric(
        METRICS.latency,
        list((meter) => this.#toLatencies(meter)),
      ),
    ];
  }

  #toLatencies({ tool, latencies, seconds }: ToolMeter): Sample[] {
    const { name } = METRICS.latency;
    let below = 0;
    const buckets = latencies.map((count, at) => {
      below += count;
      return { labels: { le: this.#bounds[at] ?? '+Inf', tool }, value: below, metricName: `${name}_bucket` };
    });
    if (below === 0) return [];
    return [
      ...buckets,
      { labels: { tool }, value: seconds, metricName: `${name}_sum` },
      { labels: { tool }, value: below, metricName: `${name}_count` },
    ];
  }
}

function toRequests({ tool, requests }: ToolMeter): Sample[] {
  return Object.entries(requests).flatMap(([surface, value]) =>
    value === 0 ? [] : [{ labels: { tool, surface }, value }],
  );
}

function toErrors({ tool, errors }: ToolMeter): Sample[] {
  return [...errors].map(([error_code, value]) => ({ labels: { tool, error_code }, value }));
}

/** What a registry of prom-client asks of a metric is its name, and its values by `get`. */
function toMetric({ name, help, kind: type }: MetricRow, list: () => Sample[]): Metric {
  const head = { name, help, type, aggregator: 'sum' };
  const metric = { ...head, get: async () => ({ ...head, values: list() }), reset() {} };
  return metric as unknown as Metric; // it has all that the registry uses
}
