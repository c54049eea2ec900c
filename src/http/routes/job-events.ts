import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { JobQueue } from '../../queue/job-queue.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { toCallerSignal } from '../caller-signal.ts';
import { followJob } from '../follow-job.ts';
import type { EventTiming } from '../job-events.ts';
import type { Limits } from '../limits.ts';
import { ERROR_RESPONSES } from '../route-schema.ts';
import { jobPath, toJobId } from './jobs.ts';

export interface JobEventRoutesOptions {
  queue: JobQueue;
  limits: Limits;
  timing: EventTiming;
  logger: Logger;
}

/** One event, for the page: a stream is sent piece by piece and is no JSON. */
const event = z.object({
  event: z.literal('job'),
  id: z.string(),
  data: z
    .string()
    .meta({ contentMediaType: 'application/json', description: 'The job, as GET /v1/jobs/{id} answers it.' }),
});

const schema = {
  operationId: 'followJob',
  tags: ['jobs'],
  summary: 'Follow a job by Server-Sent Events',
  description:
    'Each event is called job, and its data is the job. The first comes at once, the next ones at changes, at most two a second, with comments as heartbeats between them. The stream ends after the end state.',
  params: jobPath,
  headers: z.object({
    'last-event-id': z
      .string()
      .optional()
      .describe('The id of the last event that the caller has: the same is not sent again.'),
  }),
  errorCodes: ['NOT_FOUND', 'DB_UNAVAILABLE', 'QUEUE_UNAVAILABLE'],
  contentType: 'text/event-stream',
  answers: {
    200: 'The stream.',
    204: 'The caller has the event of the end state: there is nothing to come, and browsers ask no more.',
  },
  response: { 200: event, ...ERROR_RESPONSES },
} as const;

export async function jobEventRoutes(
  app: FastifyInstance,
  { queue, limits, timing, logger }: JobEventRoutesOptions,
): Promise<void> {
  const closing = new AbortController();
  app.addHook('preClose', async () => closing.abort());

  app.get<{ Params: z.output<typeof jobPath>; Headers: { 'last-event-id'?: string } }>(
    '/v1/jobs/:id/events',
    { schema },
    (request, reply) =>
      followJob({ queue, limits, timing, logger }, { request, reply }, toJobId(request.params), {
        signal: AbortSignal.any([toCallerSignal(reply), closing.signal]),
      }),
  );
}
