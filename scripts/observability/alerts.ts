import { ERROR_CODES } from '../../src/errors/bio-mcp-error.ts';
import { METRICS, type MetricRow } from '../../src/telemetry/metric-names.ts';

/**
 * When an alert holds, in the words of no product: `toExpression` writes it for Prometheus. Counters are of
 * a process and are summed; `where` keeps the series whose labels have one of these values, `except` drops
 * them.
 */
export type Condition =
  /** How much of `of` the counted part is, within the minutes. */
  | { kind: 'share'; metric: MetricRow; where: Where; of: MetricRow; minutes: number; above: number }
  /** How much a counter grew within the minutes, a series that is new included. */
  | { kind: 'increase'; metric: MetricRow; where: Where; except?: Where; minutes: number; above: number }
  /** The highest value that any process tells. */
  | { kind: 'highest'; metric: MetricRow; above: number }
  /** A process of its own tells less. */
  | { kind: 'each_below'; metric: MetricRow; below: number }
  /** One process cannot be scraped, of a scrape job that told it within the days. */
  | { kind: 'down'; metric: MetricRow; days: number }
  /** No process tells it. */
  | { kind: 'absent'; metric: MetricRow }
  /** Seconds since the instant that the metric tells, for each value of the label by itself. */
  | { kind: 'age'; metric: MetricRow; per: string; above: number };

type Where = Readonly<Record<string, readonly string[]>>;

export interface Alert {
  /** Of the rule; its runbook is the same in kebab-case, without `BioMcp`. */
  name: string;
  /** `critical` wakes somebody; `warning` waits for the morning. */
  severity: 'critical' | 'warning';
  summary: string;
  condition: Condition;
  /** How long the condition has to hold. */
  forMinutes: number;
}

const SERVER_ERRORS = Object.entries(ERROR_CODES)
  .filter(([, { httpStatus }]) => httpStatus >= 500)
  .map(([code]) => code);
const DAY_SECONDS = 86_400;

/** Every alert there is: the rules of Prometheus and the table of docs/runbooks/ are made from it. */
export const ALERTS: readonly Alert[] = [
  {
    name: 'BioMcpServerErrors',
    severity: 'critical',
    summary: 'More than 5 % of the requests are answered with 5xx.',
    condition: {
      kind: 'share',
      metric: METRICS.errors,
      where: { error_code: SERVER_ERRORS },
      of: METRICS.requests,
      minutes: 5,
      above: 0.05,
    },
    forMinutes: 5,
  },
  {
    name: 'BioMcpNotReady',
    severity: 'critical',
    summary: 'A process answers readyz with 503.',
    condition: { kind: 'each_below', metric: METRICS.ready, below: 1 },
    forMinutes: 3,
  },
  {
    name: 'BioMcpAbsent',
    severity: 'critical',
    summary: 'No process gives its metrics.',
    condition: { kind: 'absent', metric: METRICS.ready },
    forMinutes: 5,
  },
  {
    name: 'BioMcpDown',
    severity: 'critical',
    summary: 'A process cannot be scraped.',
    // The rules do not know what the scrape jobs are called, nor what else is scraped.
    condition: { kind: 'down', metric: METRICS.ready, days: 7 },
    forMinutes: 5,
  },
  {
    name: 'BioMcpJobsWait',
    severity: 'critical',
    summary: 'A job that any worker could begin has waited for more than 15 minutes.',
    condition: { kind: 'highest', metric: METRICS.queueOldestAge, above: 900 },
    forMinutes: 5,
  },
  {
    name: 'BioMcpDeadLetters',
    severity: 'critical',
    summary: 'The dead-letter queue holds messages.',
    condition: { kind: 'highest', metric: METRICS.deadLetters, above: 0 },
    forMinutes: 1,
  },
  {
    name: 'BioMcpSyncStale',
    severity: 'warning',
    summary: 'A query was not synced with success for 24 hours.',
    // A daily sync may end an hour later than the day before.
    condition: { kind: 'age', metric: METRICS.syncLastSuccess, per: 'term', above: DAY_SECONDS },
    forMinutes: 60,
  },
  {
    name: 'BioMcpSyncFailed',
    severity: 'warning',
    summary: 'A sync failed for good.',
    condition: {
      kind: 'increase',
      metric: METRICS.jobsFailed,
      where: { tool: ['pubmed.sync', 'pubmed.sync.incremental'] },
      except: { error_code: ['CANCELLED'] },
      minutes: 60,
      above: 0,
    },
    forMinutes: 0,
  },
  {
    name: 'BioMcpArchivePutFailed',
    severity: 'warning',
    summary: 'Writes to the archive fail, after their retries.',
    condition: { kind: 'increase', metric: METRICS.archivePutFailures, where: {}, minutes: 15, above: 0 },
    forMinutes: 0,
  },
  {
    name: 'BioMcpIndexWriteFailed',
    severity: 'warning',
    summary: 'Writes to the index fail, after their retries.',
    condition: { kind: 'increase', metric: METRICS.indexWriteFailures, where: {}, minutes: 15, above: 0 },
    forMinutes: 0,
  },
  {
    name: 'BioMcpNcbiRefuses',
    severity: 'warning',
    summary: 'NCBI blocks this address, or refuses the API key.',
    condition: {
      kind: 'increase',
      metric: METRICS.ncbiRequests,
      where: { outcome: ['blocked', 'refused'] },
      minutes: 30,
      above: 0,
    },
    forMinutes: 0,
  },
];

/** The path of its page, below the root: `BioMcpJobsWait` has docs/runbooks/jobs-wait.md. */
export function toRunbook({ name }: Pick<Alert, 'name'>): string {
  const words = name.replace(/^BioMcp/, '').match(/[A-Z][a-z]+/g) ?? [];
  return `docs/runbooks/${words.join('-').toLowerCase()}.md`;
}
