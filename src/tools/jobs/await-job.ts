import type { CallOptions } from '../../domain/call-options.ts';
import { isEnded, type Job, type JobId } from '../../domain/jobs/job.ts';
import { BioMcpError } from '../../errors/bio-mcp-error.ts';
import { Bell } from '../../queue/bell.ts';
import type { JobQueue } from '../../queue/job-queue.ts';

export interface AwaitJobRequest {
  jobId: JobId;
  /** `Infinity` waits for the job's end, however long it takes. */
  waitMs: number;
  /** Hears the job at once and after every change. */
  onChange?: (job: Job) => void;
}

/** Between looks where no notice comes: one may be lost. */
const LOOK_AGAIN_MS = 5_000;

/** The job at its end, or after `waitMs` as it is then. Throws `NOT_FOUND`. */
export async function awaitJob(
  jobs: Pick<JobQueue, 'get' | 'subscribe'>,
  { jobId, waitMs, onChange = () => undefined }: AwaitJobRequest,
  options: CallOptions,
): Promise<Job> {
  const deadlineAt = performance.now() + waitMs;
  const changed = new Bell();
  using _ = jobs.subscribe((change) => {
    if (change === null || change.jobId === jobId) changed.ring();
  });
  for (;;) {
    const job = await jobs.get(jobId, options).catch((error: unknown) => {
      if (!(error instanceof BioMcpError && error.code === 'DB_UNAVAILABLE')) throw error;
      // An embedded database that broke off has been opened again by now: the job goes on, and so does who
      // waits for it.
      return jobs.get(jobId, options);
    });
    onChange(job);
    const leftMs = deadlineAt - performance.now();
    if (isEnded(job) || leftMs <= 0) return job;
    await changed.heard(Math.min(leftMs, LOOK_AGAIN_MS), options);
  }
}
