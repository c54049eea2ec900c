import type { ReportProgress } from './progress.ts';
import { type RunOptions, type RunResult, runIngest } from './run.ts';
import { syncQuery } from './sync.ts';
import { syncIncrementally } from './sync-incremental.ts';
import type { SyncNeeds } from './work-off-list.ts';

export interface SyncParams {
  /** In PubMed's own query language. */
  term: string;
  /** Absent: everything that matches. */
  limit?: number | undefined;
}

/** Follows queries: each call is one run. */
export interface Syncs {
  sync(request: SyncParams, report: ReportProgress, options: RunOptions): Promise<RunResult>;
  /** `since` is a day that exists, YYYY-MM-DD. */
  syncIncrementally(
    request: SyncParams & { since?: string | undefined },
    report: ReportProgress,
    options: RunOptions,
  ): Promise<RunResult>;
}

export function createSyncs(needs: SyncNeeds, { overlapDays }: { overlapDays: number }): Syncs {
  return {
    sync: ({ term, limit }, onProgress, options) =>
      runIngest(
        needs,
        {
          tool: 'pubmed.sync',
          params: { term, limit: limit ?? null },
          onProgress,
          work: (report, workOptions, run) =>
            syncQuery(needs, { term, limit: limit ?? null }, { report, run }, workOptions),
        },
        options,
      ),
    syncIncrementally: ({ term, limit, since }, onProgress, options) => {
      const request = { term, limit: limit ?? null, since: since ?? null };
      return runIngest(
        needs,
        {
          tool: 'pubmed.sync.incremental',
          params: request,
          onProgress,
          work: (report, workOptions, run) =>
            syncIncrementally(needs, { ...request, overlapDays }, { report, run }, workOptions),
        },
        options,
      );
    },
  };
}
