import { z } from 'zod';
import { findJobId, JOB_STATES, type Job, type JobId } from '../../domain/jobs/job.ts';
import { ValidationError } from '../../errors/bio-mcp-error.ts';
import { toAbout } from '../jobs/job-params.ts';

export const jobState = z.enum(JOB_STATES);

/** A job as every surface answers it. */
export const jobSchema = z.object({
  job_id: z.string(),
  id: z.string().describe('Same as job_id.'),
  tool: z.string(),
  about: z.string().nullable().describe('Query of a sync, source of a load.'),
  state: jobState.describe('Succeeded and failed are final; cancelled is failed with CANCELLED.'),
  attempt: z.int().describe('Counted anew once an attempt got further.'),
  progress: z
    .record(z.string(), z.unknown())
    .nullable()
    .describe('Of runs: counts, pct, message; a warning before a retry.'),
  result_ref: z.string().nullable().describe('Where the manifest or the result lies.'),
  error: z.object({ error_code: z.string(), message: z.string() }).nullable(),
  parent_job_id: z.string().nullable(),
  created_at: z.string(),
  started_at: z.string().nullable(),
  finished_at: z.string().nullable(),
  updated_at: z.string(),
});

export type JobAnswer = z.output<typeof jobSchema>;

export function toJobAnswer(job: Job): JobAnswer {
  const { error } = job;
  return {
    job_id: job.jobId,
    id: job.jobId,
    tool: job.tool,
    about: toAbout(job.params),
    state: job.state,
    attempt: job.attempt,
    progress: job.progress,
    result_ref: job.resultRef,
    error: error === null ? null : { error_code: error.errorCode, message: error.message },
    parent_job_id: job.parentJobId,
    created_at: job.createdAt,
    started_at: job.startedAt,
    finished_at: job.finishedAt,
    updated_at: job.updatedAt,
  };
}

const NO_JOB_ID =
  'must be a UUID, as the answer that made the job gave it; jobs.list names those that there are';

/** White space around it is passed over. */
export const jobIdText = z.string().refine((text) => findJobId(text.trim()) !== null, { error: NO_JOB_ID });

/** Throws `VALIDATION` where `text` is no UUID. */
export function parseJobId(text: string, name = 'job_id'): JobId {
  const jobId = findJobId(text.trim());
  if (jobId === null) throw new ValidationError(`\`${name}\` ${NO_JOB_ID}.`);
  return jobId;
}
