export type MetricKind = 'counter' | 'gauge' | 'histogram';

export interface MetricRow {
  name: string;
  kind: MetricKind;
  labels: readonly string[];
  help: string;
  /** What must answer for it to be there. */
  needs: 'nothing' | 'database' | 'queue';
}

const row = (
  kind: MetricKind,
  name: string,
  labels: readonly string[],
  help: string,
  needs: MetricRow['needs'] = 'nothing',
): MetricRow => ({ name: `bio_mcp_${name}`, kind, labels, help, needs });

/** Every metric there is: docs/metrics.md is made from it, and dashboards and alerts are held to it. */
export const METRICS = {
  requests: row(
    'counter',
    'requests_total',
    ['tool', 'surface'],
    'Requests that were answered or refused, by the tool they were about and where they came in; probes and scrapes aside.',
  ),
  errors: row(
    'counter',
    'errors_total',
    ['tool', 'error_code'],
    'Requests that were answered with an error, by its code.',
  ),
  latency: row(
    'histogram',
    'latency_seconds',
    ['tool'],
    'Seconds until a request about a tool was answered.',
  ),
  jobsRunning: row('gauge', 'jobs_running', ['tool'], 'Jobs that run now, in all processes.', 'database'),
  jobsQueued: row('gauge', 'jobs_queued', ['tool'], 'Jobs that wait, in all processes.', 'database'),
  jobsSucceeded: row(
    'counter',
    'jobs_succeeded_total',
    ['tool'],
    'Jobs that this process brought to a good end.',
  ),
  jobsFailed: row(
    'counter',
    'jobs_failed_total',
    ['tool', 'error_code'],
    'Jobs that this process saw fail for good, or cancelled.',
  ),
  jobProgress: row(
    'gauge',
    'job_progress_ratio',
    ['tool'],
    'How far the least advanced running job is, 0 to 1; absent where none runs.',
    'database',
  ),
  ready: row('gauge', 'ready', [], '1 while readyz is 200, else 0.'),
  checkUp: row('gauge', 'check_up', ['check'], '1 while a check of readyz succeeds, else 0.'),
  queueOldestAge: row(
    'gauge',
    'queue_oldest_age_seconds',
    [],
    'Seconds that the job waits already which any worker could have begun longest ago; 0 where none waits.',
    'database',
  ),
  deadLetters: row(
    'gauge',
    'dead_letters',
    [],
    'Messages in the dead-letter queue, about; 0 where none is set up.',
    'queue',
  ),
  ncbiRequests: row(
    'counter',
    'ncbi_requests_total',
    ['endpoint', 'outcome'],
    'Attempts at a request to NCBI, by how they ended.',
  ),
  ncbiStartWait: row(
    'histogram',
    'ncbi_start_wait_seconds',
    [],
    'Seconds that a request to NCBI waited for its start.',
  ),
  syncLastSuccess: row(
    'gauge',
    'sync_last_success_timestamp_seconds',
    ['term'],
    'When a sync of the query succeeded last, of the 50 queries that were synced last.',
    'database',
  ),
  documents: row(
    'gauge',
    'documents',
    [],
    'Documents of the corpus, those without text included.',
    'database',
  ),
  chunks: row('gauge', 'chunks', [], 'Passages that searches can find.', 'database'),
  quarantined: row(
    'gauge',
    'quarantined',
    [],
    'Records that could not be read and lie in quarantine.',
    'database',
  ),
  archivePutFailures: row(
    'counter',
    'archive_put_failures_total',
    [],
    'Writes to the archive that failed in this process, after their retries.',
  ),
  indexWriteFailures: row(
    'counter',
    'index_write_failures_total',
    [],
    'Writes to the index that failed in this process, after their retries.',
  ),
  logLinesDropped: row(
    'counter',
    'log_lines_dropped_total',
    [],
    'Lines of the log that this process dropped, since what they go to took none and too many waited.',
  ),
  buildInfo: row('gauge', 'build_info', ['version'], 'Always 1; the label tells the release that runs.'),
} as const satisfies Record<string, MetricRow>;

/** Of both histograms: from what is answered from memory up to what clients wait for. */
export const BUCKET_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] as const;
