import { z } from 'zod';
import { defineTool } from './define-tool.ts';
import { checkToolName, listJobs } from './jobs/job-pages.ts';
import { listTotal, nextCursor, pageParams } from './schemas/checkpoint-schema.ts';
import { jobIdText, jobSchema, jobState } from './schemas/job-schema.ts';
import { tellJob } from './shown/tell-job.ts';
import type { CorpusServices, ToolContext } from './tool-context.ts';
import { READS_CORPUS } from './tool-facts.ts';

/** `toolNames` are those of the release: a misspelt one would list nothing, as if there were no such jobs. */
export const createJobsList = ({ toolNames }: { toolNames: () => readonly string[] }) =>
  defineTool({
    name: 'jobs.list',
    kind: 'short',
    scope: 'read',
    title: 'List the jobs',
    description: 'The jobs, newest first; by state, tool or load. Follow one with jobs.get.',
    annotations: READS_CORPUS,
    listing: 'top-level',
    input: z.object({
      state: jobState.optional(),
      tool: z.string().min(1).max(100).optional().describe('Only jobs of this tool: "pubmed.sync".'),
      parent_job_id: jobIdText.optional().describe('Only parts of this load.'),
      with_parts: z.boolean().default(true).describe('Whether to list parts of loads.'),
      ...pageParams,
    }),
    output: z.object({ jobs: z.array(jobSchema), next_cursor: nextCursor, total: listTotal }),
    tell: ({ jobs }, options) =>
      jobs.length === 0 ? 'There is no such job.' : jobs.map((job) => tellJob(job, options)).join('\n\n'),
    command: { about: 'the jobs, newest first', flags: { limit: '-n, --limit' } },
    async run(params, { services, signal }: ToolContext<Pick<CorpusServices, 'jobs'>>) {
      if (params.tool !== undefined) checkToolName(params.tool, toolNames());
      return listJobs(services.jobs, params, { signal });
    },
  });
