import { sql } from 'kysely';
import type { Scope } from '../../domain/caller.ts';
import type { Job, JobId, LeasedJob } from '../../domain/jobs/job.ts';
import type { Surface } from '../../domain/surface.ts';
import { toInstant, toInstantOrNull } from '../instants.ts';

/** Without the columns that may be large. */
export const COLUMNS = sql`jobs.id, jobs.tool, jobs.params, jobs.state, jobs.attempt, jobs.progress, jobs.result_ref,
  jobs.error_code, jobs.error, jobs.parent_job_id, jobs.trace_id, jobs.surface, jobs.created_by,
  jobs.created_scope, jobs.created_at, jobs.started_at, jobs.finished_at, jobs.updated_at`;

export interface JobTableRow {
  id: string;
  tool: string;
  params: Record<string, unknown>;
  state: Job['state'];
  attempt: number;
  progress: Record<string, unknown> | null;
  result_ref: string | null;
  error_code: string | null;
  error: string | null;
  parent_job_id: string | null;
  trace_id: string | null;
  surface: Surface;
  created_by: string | null;
  created_scope: Scope | null;
  lease_id?: string | null;
  created_at: Date | string;
  started_at: Date | string | null;
  finished_at: Date | string | null;
  updated_at: Date | string;
}

/**
 * The casts hold because `id` and `parent_job_id` are uuid columns, which PostgreSQL writes in lower case.
 */
export function toJob(row: JobTableRow): Job {
  const { error_code: errorCode, error: message } = row;
  return {
    jobId: row.id as JobId,
    tool: row.tool,
    params: row.params,
    state: row.state,
    attempt: row.attempt,
    progress: row.progress,
    resultRef: row.result_ref,
    error: errorCode === null || message === null ? null : { errorCode, message },
    parentJobId: row.parent_job_id as JobId | null,
    ...toPlace(row.trace_id),
    surface: row.surface,
    createdBy: row.created_by,
    createdScope: row.created_scope,
    createdAt: toInstant(row.created_at),
    startedAt: toInstantOrNull(row.started_at),
    finishedAt: toInstantOrNull(row.finished_at),
    updatedAt: toInstant(row.updated_at),
  };
}

/** A trace id, and perhaps a span's behind it. */
function toPlace(kept: string | null): Pick<Job, 'traceId' | 'spanId'> {
  const [traceId = null, spanId] = kept?.split('-') ?? [];
  return { traceId, ...(spanId === undefined ? {} : { spanId }) };
}

export function toLeasedJob(row: JobTableRow): LeasedJob {
  const job = toJob(row);
  const { lease_id: leaseId } = row;
  if (job.startedAt === null || typeof leaseId !== 'string') {
    throw new Error(`job ${job.jobId} was claimed without a lease`);
  }
  return { ...job, startedAt: job.startedAt, leaseId };
}
