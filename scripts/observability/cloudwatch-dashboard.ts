import { toEmfMetric } from '../../src/telemetry/emf.ts';
import { METRICS, type MetricRow } from '../../src/telemetry/metric-names.ts';

type Stat = 'Sum' | 'Maximum' | 'Minimum' | 'p50' | 'p95';

interface Panel {
  title: string;
  /** Each of them over all services and tools. */
  metrics: readonly (readonly [row: MetricRow, stat: Stat])[];
}

interface AwsPanel {
  title: string;
  namespace: string;
  /** As the template knows its values: `load_balancer` is filled in by Terraform. */
  dimensions: Readonly<Record<string, string>>;
  metrics: readonly (readonly [name: string, stat: 'Sum' | 'Maximum' | 'Minimum' | 'Average'])[];
}

const M = METRICS;
const PANELS: readonly Panel[] = [
  { title: 'Requests by tool', metrics: [[M.requests, 'Sum']] },
  { title: 'Requests that ended with an error, by tool', metrics: [[M.errors, 'Sum']] },
  {
    title: 'Milliseconds until the answer, by tool',
    metrics: [
      [M.latency, 'p50'],
      [M.latency, 'p95'],
    ],
  },
  { title: 'Ready (1) or not (0)', metrics: [[M.ready, 'Minimum']] },
  { title: 'Checks of readyz', metrics: [[M.checkUp, 'Minimum']] },
  { title: 'Processes', metrics: [[M.buildInfo, 'Sum']] },
  { title: 'Lines of the log that were dropped', metrics: [[M.logLinesDropped, 'Sum']] },
  {
    title: 'Jobs that run and wait',
    metrics: [
      [M.jobsRunning, 'Maximum'],
      [M.jobsQueued, 'Maximum'],
    ],
  },
  {
    title: 'Jobs that ended',
    metrics: [
      [M.jobsSucceeded, 'Sum'],
      [M.jobsFailed, 'Sum'],
    ],
  },
  { title: 'The least advanced running job, %', metrics: [[M.jobProgress, 'Minimum']] },
  { title: 'Seconds that the oldest job waits', metrics: [[M.queueOldestAge, 'Maximum']] },
  { title: 'Dead letters', metrics: [[M.deadLetters, 'Maximum']] },
  { title: 'Requests to NCBI', metrics: [[M.ncbiRequests, 'Sum']] },
  { title: 'Seconds until a request to NCBI starts', metrics: [[M.ncbiStartWait, 'p95']] },
  {
    title: 'Writes that failed after their retries',
    metrics: [
      [M.archivePutFailures, 'Sum'],
      [M.indexWriteFailures, 'Sum'],
    ],
  },
  {
    title: 'The query that was synced longest ago, as an instant',
    metrics: [[M.syncLastSuccess, 'Minimum']],
  },
  {
    title: 'Documents and passages',
    metrics: [
      [M.documents, 'Maximum'],
      [M.chunks, 'Maximum'],
    ],
  },
  { title: 'Records in quarantine', metrics: [[M.quarantined, 'Maximum']] },
];

const AWS_PANELS: readonly AwsPanel[] = [
  {
    title: 'Load balancer',
    namespace: 'AWS/ApplicationELB',
    dimensions: { LoadBalancer: fill('load_balancer') },
    metrics: [
      ['RequestCount', 'Sum'],
      ['HTTPCode_Target_5XX_Count', 'Sum'],
      ['HTTPCode_ELB_5XX_Count', 'Sum'],
    ],
  },
  {
    title: 'Queue of jobs',
    namespace: 'AWS/SQS',
    dimensions: { QueueName: fill('queue') },
    metrics: [
      ['ApproximateNumberOfMessagesVisible', 'Maximum'],
      ['ApproximateAgeOfOldestMessage', 'Maximum'],
    ],
  },
  {
    title: 'API tasks',
    namespace: 'AWS/ECS',
    dimensions: { ClusterName: fill('cluster'), ServiceName: 'api' },
    metrics: [
      ['CPUUtilization', 'Average'],
      ['MemoryUtilization', 'Maximum'],
    ],
  },
  {
    title: 'Worker tasks',
    namespace: 'AWS/ECS',
    dimensions: { ClusterName: fill('cluster'), ServiceName: 'worker' },
    metrics: [
      ['CPUUtilization', 'Average'],
      ['MemoryUtilization', 'Maximum'],
    ],
  },
  {
    title: 'Database',
    namespace: 'AWS/RDS',
    dimensions: { DBInstanceIdentifier: fill('database') },
    metrics: [
      ['CPUUtilization', 'Average'],
      ['DatabaseConnections', 'Maximum'],
    ],
  },
  {
    title: 'Bytes that the database has left',
    namespace: 'AWS/RDS',
    dimensions: { DBInstanceIdentifier: fill('database') },
    metrics: [['FreeStorageSpace', 'Minimum']],
  },
];

const PERIOD_SECONDS = 300;
const WIDTH = 8;
const HEIGHT = 6;
const COLUMNS = 3;

/** infra/modules/observability/dashboard.json.tftpl: what the Grafana dashboard shows, and what AWS adds. */
export function renderCloudWatchDashboard(): string {
  const ours = PANELS.map(({ title, metrics }) => ({ title, metrics: metrics.map(toSearch) }));
  const theirs = AWS_PANELS.map(({ title, namespace, dimensions, metrics }) => ({
    title,
    metrics: metrics.map(([name, stat]) => [namespace, name, ...Object.entries(dimensions).flat(), { stat }]),
  }));
  const widgets = [...ours, ...theirs].map(({ title, metrics }, at) => ({
    type: 'metric',
    x: (at % COLUMNS) * WIDTH,
    y: Math.floor(at / COLUMNS) * HEIGHT,
    width: WIDTH,
    height: HEIGHT,
    properties: { title, region: fill('region'), view: 'timeSeries', period: PERIOD_SECONDS, metrics },
  }));
  return `${JSON.stringify({ widgets }, null, 2)}\n`;
}

/** Every series of a metric, whichever service and tool it is of. */
function toSearch([row, stat]: readonly [MetricRow, Stat]) {
  const { namespace, name, dimensions } = toEmfMetric(row);
  const schema = [namespace, ...dimensions].join(',');
  return [{ expression: `SEARCH('{${schema}} MetricName="${name}"', '${stat}', ${PERIOD_SECONDS})` }];
}

function fill(name: string): string {
  return `\${${name}}`;
}
