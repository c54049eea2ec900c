import { randomUUID } from 'node:crypto';
import type { CallOptions } from '../../domain/call-options.ts';
import { type RunName, toManifestKey } from '../../domain/corpus/archive-key.ts';
import { goesOnElsewhere } from '../../errors/job-stopped.ts';
import type { PipelineNeeds } from '../pipeline.ts';
import { reconcile } from '../publish/reconcile.ts';
import { makeMissingIndexes, tidyIndex } from '../publish/tidy-index.ts';
import { writeState } from '../write-state.ts';
import type { ReportProgress } from './progress.ts';
import {
  type PartCounts,
  type RecordProblem,
  type RunCounts,
  RunReport,
  type SaveProgress,
} from './run-report.ts';

export interface RunRequest {
  tool: string;
  params: Record<string, unknown>;
  onProgress: ReportProgress;
  /** The work itself: publishes batches and adds them to the report. */
  work: (report: RunReport, options: CallOptions, run: RunName) => Promise<void>;
  /** Where the work makes everything anew: what an earlier process left undone needs no mending first. */
  startsAnew?: boolean;
  /** Of each step at the end, asked for as that begins. Default: of 10 min. */
  closingLimit?: () => AbortSignal;
}

/** The job whose attempt a run is. */
export interface RunningJob {
  readonly jobId: string;
  /** The job that it is a part of. */
  readonly parentJobId: string | null;
  /** Hears where the manifest lies, also of a run that failed. */
  wroteManifest(uri: string): void;
}

export interface RunOptions extends CallOptions {
  /** Absent where the run belongs to no job: then it takes an id of its own. */
  readonly job?: RunningJob | undefined;
}

/** What a run answers; the manifest in the archive says the same. */
export interface RunResult extends RunCounts {
  run_id: string;
  parts: PartCounts[];
  problems: RecordProblem[];
  /** What the run tells beside the counts, by the names of its tool. */
  facts: Record<string, unknown>;
  /** Where the manifest lies. */
  manifest: string;
  duration_ms: number;
}

/** Closing a run takes place however it ended, and each step of it must itself end, once it has its turn. */
const CLOSING_MS = 10 * 60_000;
/**
 * One that failed or was stopped does not wait longer for its turn: what it leaves to be written the
 * next run writes.
 */
const FAILED_PATIENCE_MS = 20_000;

/**
 * Surrounds the work with what every run owes: archive, store and index agree before it starts; the index
 * is brought up to date, `state/` and the manifest are written and the run's row is closed whatever
 * happened. A failure of the work is thrown after that. Only a run that goes on elsewhere is left open, and
 * nothing more is written.
 */
export async function runIngest(
  needs: PipelineNeeds,
  request: RunRequest,
  options: RunOptions,
): Promise<RunResult> {
  const { store, clock } = needs;
  const { job } = options;
  const startedAt = clock.now();
  // Each attempt has a name of its own in the archive: none writes over what another left there.
  const run: RunName = { startedAt, jobId: job?.jobId ?? randomUUID() };
  const save: SaveProgress = async (progress, saveOptions) => {
    const row = { runId: run.jobId, state: 'running', progress: { ...progress } } as const;
    await store.saveRun({ ...row, manifest: null, finishedAt: null }, saveOptions);
  };
  const report = new RunReport({ tell: request.onProgress, save });
  if (request.startsAnew !== true) await reconcile(needs, options);
  const head = { runId: run.jobId, tool: request.tool, params: request.params };
  await store.startRun({ ...head, startedAt: startedAt.toISOString() }, options);
  const failures: unknown[] = [];
  await request.work(report, options, run).catch((error: unknown) => failures.push(error));
  if (failures.length > 0 && goesOnElsewhere(options.signal)) throw failures[0];
  return closeRun(needs, { request, job, run, report, failures }, options);
}

interface WorkedRun {
  request: RunRequest;
  job: RunningJob | undefined;
  run: RunName;
  report: RunReport;
  /** The first is thrown at the end. */
  failures: unknown[];
}

/** Takes every step, whatever becomes of the others: a full disk may hinder one and not the next. */
async function closeRun(
  needs: PipelineNeeds,
  { request, job, run, report, failures }: WorkedRun,
  { signal }: CallOptions,
): Promise<RunResult> {
  const { store, clock } = needs;
  const { closingLimit = () => AbortSignal.timeout(CLOSING_MS) } = request;
  const toLimit = () => ({ signal: closingLimit() });
  const note = (error: unknown) => {
    failures.push(error);
    if (failures.length > 1) needs.onFurtherFailure?.(error);
    return null;
  };
  const patience = () => AbortSignal.timeout(FAILED_PATIENCE_MS);
  // One that is done waits as long as another has its turn, as its batches did: a rebuild takes hours.
  const inTurn = failures.length === 0 ? { signal } : { ...toLimit(), patience };
  const toState = () => (failures.length === 0 ? 'succeeded' : 'failed');
  const isNews = report.progress.indexed > 0 || report.deleted > 0;
  if (isNews) report.say({ pct: report.progress.pct, message: 'bringing the index up to date' });
  // Other processes may write to the same index.
  const settle = () => settleEnd(needs, { run, isNews, note }, toLimit());
  const settling = store.withPublishLock(settle, inTurn);
  await settling.then(() => (isNews ? makeMissingIndexes(needs, inTurn) : undefined)).catch(note);
  if (failures.length > 0 && goesOnElsewhere(signal)) throw failures[0];
  const finishedAt = clock.now();
  const { found, archived, skipped, indexed, failed } = report.progress;
  const { deleted, parts: files, problems } = report;
  const counts = { found, archived, skipped, indexed, failed, deleted, parts: files, problems };
  const duration_ms = finishedAt.getTime() - run.startedAt.getTime();
  const manifest = await writeManifest(
    needs,
    run,
    {
      run_id: run.jobId,
      tool: request.tool,
      params: request.params,
      state: toState(),
      error: failures.length === 0 ? null : toReason(failures[0]),
      started_at: run.startedAt.toISOString(),
      finished_at: finishedAt.toISOString(),
      duration_ms,
      ...counts,
      ...report.facts,
    },
    toLimit(),
  ).catch(note);
  if (manifest !== null) job?.wroteManifest(manifest);
  if (failures.length === 0) report.say({ pct: 100, message: 'done' });
  const saved = { runId: run.jobId, state: toState(), progress: { ...report.progress }, manifest } as const;
  await store.saveRun({ ...saved, finishedAt: finishedAt.toISOString() }, toLimit()).catch(note);
  if (failures.length > 0 || manifest === null) throw failures[0];
  return { run_id: run.jobId, ...counts, facts: report.facts, manifest, duration_ms };
}

/**
 * Index and `state/` side by side, since the one takes a core of its own and the other waits for the
 * database; each whatever becomes of the other.
 */
async function settleEnd(
  needs: PipelineNeeds,
  { run, isNews, note }: { run: RunName; isNews: boolean; note: (error: unknown) => void },
  options: CallOptions,
): Promise<void> {
  const steps = [isNews ? tidyIndex(needs, options) : null, writeState(needs, run, [], options)];
  for (const step of await Promise.allSettled(steps)) if (step.status === 'rejected') note(step.reason);
}

async function writeManifest(
  { archive, keys }: PipelineNeeds,
  run: RunName,
  manifest: Record<string, unknown>,
  options: CallOptions,
): Promise<string> {
  const body = Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);
  const one = { key: toManifestKey(keys.prefix, run), body, replaces: null, isFlushed: true };
  const [put] = await archive.put([one], options);
  if (put === undefined) throw new Error('the archive answered no address for the manifest');
  return put.uri;
}

function toReason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
