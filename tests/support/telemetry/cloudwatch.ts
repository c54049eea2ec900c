import { runInNewContext } from 'node:vm';
import { type Body, isBody, type Module, toBodies, toBody } from '../../../scripts/infra/read-terraform.ts';
import type { EmfDocument } from '../../../src/telemetry/emf.ts';

/** What processes wrote to stdout, by log group: lines of the log, and metrics among them. */
export type LogGroups = Readonly<Record<string, readonly EmfDocument[]>>;

/**
 * Names of the alarms of `infra/modules/observability` that go off while lines like these come, minute for
 * minute. Those of metrics that AWS alone gives, and those of one topic each, are not among them.
 */
export function listRaised(observability: Module, logs: LogGroups): string[] {
  return observability.declared
    .filter(({ type, body }) => type === 'aws_cloudwatch_metric_alarm' && !('for_each' in body))
    .filter(({ body }) => isRaised(body, observability, logs))
    .map(({ name }) => name)
    .toSorted();
}

function isRaised(alarm: Body, observability: Module, logs: LogGroups): boolean {
  const queries = toBodies(alarm.metric_query);
  const values = Object.fromEntries(
    queries.flatMap(({ id, metric }) =>
      metric === undefined
        ? []
        : [[String(id), toStatistic(toBody(metric), listValues(toBody(metric), observability, logs))]],
    ),
  );
  const asked = queries.find(({ return_data: isAsked }) => isAsked === true);
  const FILL = (value: number | undefined, filling: number) => value ?? filling;
  const MIN = (given: readonly number[]) => Math.min(...given);
  const result: unknown = runInNewContext(String(asked?.expression), { ...values, FILL, MIN });
  if (result === undefined) return alarm.treat_missing_data === 'breaching';
  const threshold = Number(alarm.threshold);
  return alarm.comparison_operator === 'GreaterThanThreshold'
    ? Number(result) > threshold
    : Number(result) < threshold;
}

function toStatistic({ stat }: Body, values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined;
  switch (stat) {
    case 'Sum':
      return values.reduce((sum, value) => sum + value, 0);
    case 'Maximum':
      return Math.max(...values);
    case 'Minimum':
      return Math.min(...values);
    case 'SampleCount':
      return values.length;
    default:
      throw new Error(`${String(stat)} is no statistic that an alarm asks for`);
  }
}

/** By the lines themselves, or by the filters that make the metric of them. */
function listValues(metric: Body, { declared }: Module, logs: LogGroups): number[] {
  const filters = declared.filter(({ type, body }) => {
    const made = toBody(body.metric_transformation);
    return (
      type === 'aws_cloudwatch_log_metric_filter' &&
      made.name === metric.metric_name &&
      made.namespace === metric.namespace
    );
  });
  if (filters.length === 0) return Object.values(logs).flatMap((lines) => readMetric(metric, lines));
  return filters.flatMap(({ body }) => {
    const group = /var\.log_groups\["(\w+)"\]/.exec(String(body.log_group_name))?.[1] ?? '';
    return applyFilter(body, logs[group] ?? []);
  });
}

/** As the specification of the format says: every dimension, and no other. */
function readMetric(
  { namespace, metric_name: name, dimensions }: Body,
  lines: readonly EmfDocument[],
): number[] {
  const wanted = isBody(dimensions) ? dimensions : {};
  const names = Object.keys(wanted).toSorted().join();
  return lines.flatMap((line) => {
    const { CloudWatchMetrics: told = [] } = (line._aws ?? {}) as { CloudWatchMetrics?: readonly Told[] };
    const isTold = told.some(
      ({ Namespace, Dimensions, Metrics }) =>
        Namespace === namespace &&
        Dimensions.some((set) => set.toSorted().join() === names) &&
        Metrics.some(({ Name }) => Name === name),
    );
    const isOurs = Object.entries(wanted).every(([member, value]) => line[member] === value);
    return isTold && isOurs ? [line[String(name)]].flat().map(Number) : [];
  });
}

interface Told {
  Namespace: string;
  Dimensions: readonly (readonly string[])[];
  Metrics: readonly { Name: string }[];
}

/**
 * What a metric filter makes of lines, without those that it counts as its default. A pattern's operators are
 * those of JavaScript but for `=`.
 */
export function applyFilter({ pattern, metric_transformation: made }: Body, lines: readonly EmfDocument[]) {
  const [, condition = 'false'] = /^\{ (.*) \}$/.exec(String(pattern)) ?? [];
  const code = condition.replaceAll(/(?<![!<>])= /g, '== ');
  const member = String(toBody(made).value).replace('$.', '');
  return lines
    .filter((line) => runInNewContext(code, { $: line }) === true)
    .map((line) => Number(line[member]));
}
