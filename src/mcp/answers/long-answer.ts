import { z } from 'zod';
import { isEnded } from '../../domain/jobs/job.ts';
import { toShownResult } from '../../tools/jobs/job-result.ts';
import { type JobAnswer, jobState } from '../../tools/schemas/job-schema.ts';

/** What a long tool answers over MCP: its job at once, and as a task the whole of it in the end. */
export const longAnswer = z.object({
  job_id: z.string(),
  tool: z.string(),
  state: jobState,
  next: z.string().describe('What to call next.'),
  result: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('Once it is done, where a task was asked for.'),
});
export type LongAnswer = z.output<typeof longAnswer>;

/** Clients cut calls off after about a minute: so long `jobs.get` waits at most. */
const WAIT_SECONDS = 45;

/**
 * `jobsGet` is the name of `jobs.get` as the client's list shows it; `result` is what the tool answered
 * in the end, with long lists cut short as in `jobs.get`.
 */
export function toLongAnswer(job: JobAnswer, jobsGet: string, result?: unknown): LongAnswer {
  const { job_id, tool, state } = job;
  const call = `${jobsGet} {"job_id": "${job_id}", "wait_seconds": ${WAIT_SECONDS}}`;
  const shown = toShownResult(result);
  const next = isEnded(job)
    ? `It has ended; ${jobsGet} {"job_id": "${job_id}"} tells how.`
    : `It goes on by itself. Call ${call} until its state is succeeded or failed.`;
  return {
    job_id,
    tool,
    state,
    next,
    ...(shown === null ? {} : { result: shown }),
  };
}
