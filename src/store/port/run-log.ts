import type { CallOptions } from '../../domain/call-options.ts';

export interface Run {
  runId: string;
  tool: string;
  params: Record<string, unknown>;
  state: 'running' | 'succeeded' | 'failed';
  progress: Record<string, unknown>;
  manifest: string | null;
  startedAt: string;
  finishedAt: string | null;
}

/** What was run on the corpus, and how it ended. */
export interface RunLog {
  /** A run that is known is opened again, and keeps its start. */
  startRun(run: Pick<Run, 'runId' | 'tool' | 'params' | 'startedAt'>, options: CallOptions): Promise<void>;
  saveRun(
    run: Pick<Run, 'runId' | 'state' | 'progress' | 'manifest' | 'finishedAt'>,
    options: CallOptions,
  ): Promise<void>;
  /**
   * Closes every run that is still `running` as `failed`, since the process that ran it is gone. Only for a
   * database that nobody else may have open: on a shared one they may be another process' own.
   */
  failAbandonedRuns(finishedAt: string, options: CallOptions): Promise<void>;
  /** Newest first. */
  listRuns(limit: number, options: CallOptions): Promise<Run[]>;
}
