import { z } from 'zod';
import type { CallOptions } from '../../domain/call-options.ts';
import { findJobId, type JobState } from '../../domain/jobs/job.ts';
import { ValidationError } from '../../errors/bio-mcp-error.ts';
import { findNearestName } from '../../errors/nearest-name.ts';
import type { JobQueue } from '../../queue/job-queue.ts';
import { parseCursor, toCursor } from '../page-cursor.ts';
import { type JobAnswer, parseJobId, toJobAnswer } from '../schemas/job-schema.ts';

const LIST = 'jobs';
const place = z.object({
  createdAt: z.iso.datetime(),
  jobId: z.string().transform((text, context) => {
    const jobId = findJobId(text);
    if (jobId !== null) return jobId;
    context.addIssue('must be a UUID');
    return z.NEVER;
  }),
});

export interface JobPageRequest {
  state?: JobState | undefined;
  tool?: string | undefined;
  /** Of the job whose parts are asked for. */
  parent_job_id?: string | undefined;
  with_parts?: boolean | undefined;
  limit: number;
  /** The `next_cursor` of the page before. */
  cursor?: string | undefined;
}

export interface JobPageAnswer {
  jobs: JobAnswer[];
  /** `null` on the last page. */
  next_cursor: string | null;
  /** How many there are on all pages. */
  total: number;
}

/** A page of the jobs, newest first. Throws `VALIDATION` for a cursor that this list did not give out. */
export async function listJobs(
  jobs: Pick<JobQueue, 'list' | 'count'>,
  { state, tool, parent_job_id: parent, with_parts: withParts, limit, cursor }: JobPageRequest,
  options: CallOptions,
): Promise<JobPageAnswer> {
  const after = cursor === undefined ? null : parseCursor(LIST, cursor, place);
  const parentJobId = parent === undefined ? undefined : parseJobId(parent, 'parent_job_id');
  const filter = { state, tool, parentJobId, withParts };
  const found = await jobs.list({ ...filter, limit: limit + 1, after }, options);
  const isAll = after === null && found.length <= limit;
  const page = found.slice(0, limit);
  const last = found.length > limit ? page.at(-1) : undefined;
  return {
    jobs: page.map(toJobAnswer),
    next_cursor: last === undefined ? null : toCursor(LIST, { createdAt: last.createdAt, jobId: last.jobId }),
    total: isAll ? found.length : await jobs.count(filter, options),
  };
}

/** Throws `VALIDATION`, which names the nearest tool, for a list of the jobs of a tool that there is not. */
export function checkToolName(given: string, toolNames: readonly string[]): void {
  if (toolNames.includes(given)) return;
  const nearest = findNearestName(given, toolNames);
  const advice = nearest === null ? `There are ${toolNames.join(', ')}.` : `Did you mean ${nearest}?`;
  throw new ValidationError(`\`tool\` must be the name of a tool. ${advice}`);
}
