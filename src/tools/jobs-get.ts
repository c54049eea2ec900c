import { z } from 'zod';
import type { Job } from '../domain/jobs/job.ts';
import { defineTool } from './define-tool.ts';
import { awaitJob } from './jobs/await-job.ts';
import { toToldParams } from './jobs/job-params.ts';
import { type FindTool, readJobResult, tellResult, toShownResult } from './jobs/job-result.ts';
import { jobIdText, jobSchema, parseJobId, toJobAnswer } from './schemas/job-schema.ts';
import { progressSchema } from './schemas/progress-schema.ts';
import { tellJob } from './shown/tell-job.ts';
import type { CorpusServices, ToolContext } from './tool-context.ts';
import { READS_CORPUS } from './tool-facts.ts';

/** Desktop clients cut a call off after about 60 s. */
const MOST_WAIT_SECONDS = 45;

/** `findTool` is of the tools of the release: each tells what its jobs answered. */
export const createJobsGet = ({ findTool }: { findTool: FindTool }) =>
  defineTool({
    name: 'jobs.get',
    kind: 'short',
    scope: 'read',
    title: 'Follow a job',
    description:
      'One job: its state, how far it is, and in the end what its tool answered (`result`: counts, warnings, problems) or its error. With wait_seconds it answers as soon as the job ends, or after that time; ask again until the state is succeeded or failed. What a job brought in is found by rag.search.',
    annotations: READS_CORPUS,
    listing: 'top-level',
    waitParam: 'wait_seconds',
    input: z.object({
      job_id: jobIdText.describe('The id that the call answered which made the job.'),
      wait_seconds: z
        .number()
        .min(0)
        .max(MOST_WAIT_SECONDS)
        .default(0)
        .describe('How long to wait for the end.'),
    }),
    output: jobSchema.extend({
      params: z.record(z.string(), z.unknown()).describe('As the tool takes them; a file by its name.'),
      parts: z
        .object({ total: z.int(), queued: z.int(), running: z.int(), succeeded: z.int(), failed: z.int() })
        .nullable()
        .describe('How many parts of a load are in each state.'),
      result: z
        .record(z.string(), z.unknown())
        .nullable()
        .describe('What the tool answered. `left_out` counts what long lists lack.'),
    }),
    tell({ result, params: _, parts, ...job }, options) {
      const answered = result === null ? [] : [tellResult(result, findTool(job.tool), options)];
      return [tellJob({ ...job, parts }, options), ...answered].join('\n\n');
    },
    next: ({ state }) =>
      state === 'queued' || state === 'running' ? { wait_seconds: MOST_WAIT_SECONDS } : null,
    command: { about: 'follow a job', flags: { wait_seconds: '-w, --wait-seconds' } },
    async run(
      { job_id, wait_seconds },
      { services, signal, onProgress }: ToolContext<Pick<CorpusServices, 'jobs'>>,
    ) {
      const request = {
        jobId: parseJobId(job_id),
        waitMs: wait_seconds * 1_000,
        onChange: (job: Job) => onProgress?.(progressSchema.parse(job.progress ?? {})),
      };
      const job = await awaitJob(services.jobs, request, { signal });
      const [result, states] = await Promise.all([
        readJobResult(services.jobs, job, findTool(job.tool)?.join, { signal }),
        services.jobs.countParts(job.jobId, { signal }),
      ]);
      const total = Object.values(states).reduce((sum, parts) => sum + parts, 0);
      return {
        ...toJobAnswer(job),
        params: toToldParams(job.params),
        parts: total === 0 ? null : { total, ...states },
        result: toShownResult(result),
      };
    },
  });

export type JobDetails = z.output<ReturnType<typeof createJobsGet>['output']>;
