import { METRICS } from '../../src/telemetry/metric-names.ts';

interface Panel {
  title: string;
  /** Of Grafana: `short`, `s`, `reqps`, `percentunit` … */
  unit: string;
  /** By legend, in PromQL. */
  queries: Readonly<Record<string, string>>;
  kind?: 'timeseries' | 'stat';
}

const {
  requests,
  errors,
  latency,
  ready,
  checkUp,
  jobsRunning,
  jobsQueued,
  jobsSucceeded,
  jobsFailed,
  jobProgress,
  queueOldestAge,
  deadLetters,
  ncbiRequests,
  ncbiStartWait,
  archivePutFailures,
  indexWriteFailures,
  syncLastSuccess,
  documents,
  chunks,
  quarantined,
  logLinesDropped,
  buildInfo,
} = METRICS;
const rate = (metric: { name: string }, by: string) =>
  `sum by (${by}) (rate(${metric.name}[$__rate_interval]))`;
const quantile = (of: number, metric: { name: string }, by: string) =>
  `histogram_quantile(${of}, sum by (${by}) (rate(${metric.name}_bucket[$__rate_interval])))`;

/**
 * Counters are summed over the processes; what comes from the database is the same in each, so its `max` is
 * taken.
 */
const ROWS: Readonly<Record<string, readonly Panel[]>> = {
  API: [
    { title: 'Requests by tool', unit: 'reqps', queries: { '{{tool}}': rate(requests, 'tool') } },
    { title: 'Errors by code', unit: 'reqps', queries: { '{{error_code}}': rate(errors, 'error_code') } },
    {
      title: 'Seconds until the answer, by tool',
      unit: 's',
      queries: {
        'half {{tool}}': quantile(0.5, latency, 'le, tool'),
        '95 % {{tool}}': quantile(0.95, latency, 'le, tool'),
      },
    },
    { title: 'Ready (1) or not (0), by process', unit: 'short', queries: { '{{instance}}': ready.name } },
    {
      title: 'Checks of readyz',
      unit: 'short',
      queries: { '{{check}}': `min by (check) (${checkUp.name})` },
    },
    {
      title: 'Processes by release',
      unit: 'short',
      queries: { '{{version}}': `count by (version) (${buildInfo.name})` },
    },
    {
      title: 'Lines of the log that were dropped, an hour',
      unit: 'short',
      queries: { lines: `sum(increase(${logLinesDropped.name}[1h]))` },
    },
  ],
  Jobs: [
    {
      title: 'Jobs that run and wait',
      unit: 'short',
      queries: {
        'running {{tool}}': `max by (tool) (${jobsRunning.name}) > 0`,
        'queued {{tool}}': `max by (tool) (${jobsQueued.name}) > 0`,
      },
    },
    {
      title: 'Jobs that ended, an hour',
      unit: 'short',
      queries: {
        'succeeded {{tool}}': `sum by (tool) (increase(${jobsSucceeded.name}[1h])) > 0`,
        'failed {{tool}} {{error_code}}': `sum by (tool, error_code) (increase(${jobsFailed.name}[1h])) > 0`,
      },
    },
    {
      title: 'The least advanced running job',
      unit: 'percentunit',
      queries: { '{{tool}}': `max by (tool) (${jobProgress.name})` },
    },
    { title: 'The job that waits longest', unit: 's', queries: { waits: `max(${queueOldestAge.name})` } },
    { title: 'Dead letters', unit: 'short', kind: 'stat', queries: { messages: `max(${deadLetters.name})` } },
  ],
  NCBI: [
    {
      title: 'Requests to NCBI by outcome',
      unit: 'reqps',
      queries: { '{{endpoint}} {{outcome}}': rate(ncbiRequests, 'endpoint, outcome') },
    },
    {
      title: 'Seconds until a request starts',
      unit: 's',
      queries: { half: quantile(0.5, ncbiStartWait, 'le'), '95 %': quantile(0.95, ncbiStartWait, 'le') },
    },
  ],
  'Archive and index': [
    {
      title: 'Writes that failed after their retries, an hour',
      unit: 'short',
      queries: {
        archive: `sum(increase(${archivePutFailures.name}[1h]))`,
        index: `sum(increase(${indexWriteFailures.name}[1h]))`,
      },
    },
    {
      title: 'Records in quarantine',
      unit: 'short',
      kind: 'stat',
      queries: { records: `max(${quarantined.name})` },
    },
  ],
  Freshness: [
    {
      title: 'Since the last good sync, by query',
      unit: 's',
      queries: { '{{term}}': `time() - max by (term) (${syncLastSuccess.name})` },
    },
  ],
  Corpus: [
    { title: 'Documents', unit: 'short', queries: { documents: `max(${documents.name})` } },
    { title: 'Passages that searches can find', unit: 'short', queries: { passages: `max(${chunks.name})` } },
  ],
};

const PANEL_HEIGHT = 8;
const PANEL_WIDTH = 8;
const ROW_WIDTH = 24;
const DATASOURCE = { type: 'prometheus', uid: '$datasource' };

/** infra/observability/grafana-dashboard.json: to be imported as it is. */
export function renderDashboard(): string {
  let id = 0;
  let y = 0;
  const panels = Object.entries(ROWS).flatMap(([title, ofRow]) => {
    id += 1;
    const row = {
      id,
      type: 'row',
      title,
      collapsed: false,
      panels: [],
      gridPos: { h: 1, w: ROW_WIDTH, x: 0, y },
    };
    y += 1;
    const perLine = ROW_WIDTH / PANEL_WIDTH;
    const placed = ofRow.map((panel, at) => {
      id += 1;
      const line = Math.floor(at / perLine);
      return toPanel(panel, id, { x: (at % perLine) * PANEL_WIDTH, y: y + line * PANEL_HEIGHT });
    });
    y += Math.ceil(ofRow.length / perLine) * PANEL_HEIGHT;
    return [row, ...placed];
  });
  const dashboard = {
    uid: 'bio-mcp',
    title: 'bio-mcp',
    tags: ['bio-mcp'],
    schemaVersion: 39,
    editable: true,
    refresh: '30s',
    time: { from: 'now-6h', to: 'now' },
    templating: {
      list: [{ name: 'datasource', label: 'Prometheus', type: 'datasource', query: 'prometheus' }],
    },
    panels,
  };
  return `${JSON.stringify(dashboard, null, 2)}\n`;
}

function toPanel(
  { title, unit, queries, kind = 'timeseries' }: Panel,
  id: number,
  place: { x: number; y: number },
) {
  return {
    id,
    type: kind,
    title,
    datasource: DATASOURCE,
    gridPos: { h: PANEL_HEIGHT, w: PANEL_WIDTH, ...place },
    fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
    targets: Object.entries(queries).map(([legendFormat, expr], at) => ({
      refId: String.fromCharCode('A'.charCodeAt(0) + at),
      datasource: DATASOURCE,
      expr,
      legendFormat,
    })),
  };
}
