import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Archive } from '../../archive/archive.ts';
import { findJobId, isEnded, type Job, type JobId } from '../../domain/jobs/job.ts';
import { BioMcpError, NotFoundError } from '../../errors/bio-mcp-error.ts';
import type { JobQueue } from '../../queue/job-queue.ts';
import type { Tracer } from '../../telemetry/tracer.ts';
import type { Catalogue } from '../../tools/catalogue.ts';
import { checkToolName, type JobPageRequest, listJobs } from '../../tools/jobs/job-pages.ts';
import { jobSchema, jobState, toJobAnswer } from '../../tools/schemas/job-schema.ts';
import { toCallerSignal } from '../caller-signal.ts';
import { findToolName, type Invocation, invocation } from '../invocation.ts';
import { findJobResult, jobResult } from '../job-result.ts';
import { postJob } from '../post-job.ts';
import { ERROR_RESPONSES } from '../route-schema.ts';

export interface JobRoutesOptions<Services> {
  catalogue: Catalogue<Services>;
  services: Services;
  queue: JobQueue;
  archive: Pick<Archive, 'find'>;
  tracer: Tracer;
}

const MOST_JOBS_A_PAGE = 1_000;
const tags = ['jobs'];
const jobCodes = ['DB_UNAVAILABLE', 'QUEUE_UNAVAILABLE'] as const;

const enqueued = z.object({
  job_id: z.guid(),
  state: jobState,
  deduplicated: z.boolean().describe('True: the job was there before, and the same call made it.'),
});

/** The path of every route of one job. */
export const jobPath = z.object({
  id: z
    .guid({
      error:
        'must be a UUID, as the answer that made the job gave it; GET /v1/jobs lists those that there are',
    })
    .describe('The job_id of the answer that made the job.'),
});

const page = z.strictObject({
  state: jobState.optional().describe('Only jobs in this state.'),
  tool: z
    .string()
    .regex(/^[a-z0-9._-]{1,100}$/, { error: 'must be the name of a tool, such as pubmed.sync' })
    .optional()
    .describe('Only jobs of this tool.'),
  parent_job_id: jobPath.shape.id.optional().describe('Only the parts of this job.'),
  with_parts: z
    .enum(['true', 'false'])
    .default('true')
    .transform((text) => text === 'true')
    .pipe(z.boolean())
    .describe('Whether parts of other jobs are listed too.'),
  limit: z
    .string()
    .regex(/^\d{1,9}$/, { error: `must be a whole number from 1 to ${MOST_JOBS_A_PAGE}` })
    .transform(Number)
    .pipe(z.int().min(1).max(MOST_JOBS_A_PAGE))
    .default(100)
    .describe('How many at most.'),
  cursor: z.string().min(1).max(1_000).optional().describe('The next_cursor of the page before.'),
});

const schemas = {
  create: {
    operationId: 'createJob',
    tags,
    summary: 'Have a tool run as a job',
    description:
      'Answers as soon as the job is stored. Without a key a queued or running job of the same call is the answer; with one, the first job of that key, in whatever state.',
    body: invocation,
    errorCodes: ['TOOL_NOT_FOUND', 'IDEMPOTENCY_CONFLICT', ...jobCodes],
    answers: { 202: 'The job is stored.' },
    answerHeaders: { location: 'The address of the job.' },
    response: { 202: enqueued, ...ERROR_RESPONSES },
  },
  get: {
    operationId: 'getJob',
    tags,
    summary: 'One job: its state, progress and where its result lies',
    params: jobPath,
    errorCodes: ['NOT_FOUND', ...jobCodes],
    answers: { 200: 'The job.' },
    response: { 200: jobSchema, ...ERROR_RESPONSES },
  },
  cancel: {
    operationId: 'cancelJob',
    tags,
    summary: 'Cancel a job',
    description: 'The job is failed with CANCELLED at once; what works on it stops soon.',
    params: jobPath,
    errorCodes: ['NOT_FOUND', 'JOB_FINISHED', ...jobCodes],
    answers: { 202: 'The cancelled job.' },
    response: { 202: jobSchema, ...ERROR_RESPONSES },
  },
  list: {
    operationId: 'listJobs',
    tags,
    summary: 'The jobs, newest first',
    querystring: page,
    errorCodes: jobCodes,
    answers: { 200: 'A page of jobs.' },
    response: {
      200: z.object({
        jobs: z.array(jobSchema),
        next_cursor: z.string().nullable().describe('Leads to the next page; null: this is the last.'),
        total: z.int().describe('How many there are on all pages.'),
      }),
      ...ERROR_RESPONSES,
    },
  },
  result: {
    operationId: 'getJobResult',
    tags,
    summary: 'What a job came to',
    description:
      'The manifest of a run, else the tool’s answer. A failed run’s manifest tells how far it came.',
    params: jobPath,
    errorCodes: ['NOT_FOUND', 'JOB_NOT_FINISHED', 'ARCHIVE_UNAVAILABLE', 'ARCHIVE_CORRUPT', ...jobCodes],
    answers: { 200: 'The manifest, or {tool, result}.' },
    response: { 200: jobResult, ...ERROR_RESPONSES },
  },
} as const;

interface OneJob {
  Params: z.output<typeof jobPath>;
}

/** Enqueuing takes no slot of its tool: a job waits in the database until a worker has one free. */
export async function jobRoutes<Services>(
  app: FastifyInstance,
  { catalogue, services, queue, archive, tracer }: JobRoutesOptions<Services>,
): Promise<void> {
  app.post<{ Body: Invocation }>(
    '/v1/jobs',
    {
      schema: schemas.create,
      config: { scope: 'read' },
      preValidation: (request, _reply, done) => {
        request.toolName = findToolName(request.body);
        done();
      },
    },
    async (request, reply) => {
      const needs = { catalogue, services, queue, tracer };
      const { job, deduplicated } = await postJob(needs, request, request.body);
      reply.code(202).header('location', `/v1/jobs/${job.jobId}`);
      return { job_id: job.jobId, state: job.state, deduplicated };
    },
  );

  app.get<{ Querystring: JobPageRequest }>('/v1/jobs', { schema: schemas.list }, async ({ query }, reply) => {
    if (query.tool !== undefined) {
      const toolNames = catalogue.list().map(({ name }) => name);
      checkToolName(query.tool, toolNames);
    }
    return listJobs(queue, query, { signal: toCallerSignal(reply) });
  });

  app.get<OneJob>('/v1/jobs/:id', { schema: schemas.get }, async ({ params }, reply) =>
    toJobAnswer(await queue.get(toJobId(params), { signal: toCallerSignal(reply) })),
  );

  app.delete<OneJob>(
    '/v1/jobs/:id',
    { schema: schemas.cancel, config: { scope: 'sync' } },
    async (request, reply) => {
      const cancelled = await queue.cancel(toJobId(request.params), { signal: toCallerSignal(reply) });
      return reply.code(202).send(toJobAnswer(cancelled));
    },
  );

  app.get<OneJob>('/v1/jobs/:id/result', { schema: schemas.result }, async ({ params }, reply) => {
    const signal = toCallerSignal(reply);
    const job = await queue.get(toJobId(params), { signal });
    requireEnded(job);
    return findJobResult({ queue, archive }, job, { signal });
  });
}

export function toJobId({ id }: z.output<typeof jobPath>): JobId {
  const jobId = findJobId(id);
  if (jobId === null) throw new NotFoundError('There is no job of that id.'); // the route's schema lets none through
  return jobId;
}

function requireEnded(job: Job): void {
  if (isEnded(job)) return;
  throw new BioMcpError(
    'JOB_NOT_FINISHED',
    `The job is ${job.state}: follow it at /v1/jobs/${job.jobId}/events, its result is there when it has ended.`,
  );
}
