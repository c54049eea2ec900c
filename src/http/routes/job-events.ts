import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { isEnded } from '../../domain/job.ts';
import type { JobQueue } from '../../queue/job-queue.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { toCallerSignal } from '../caller-signal.ts';
import { sendEvents } from '../event-stream.ts';
import { type EventTiming, streamJobEvents, toEventId } from '../job-events.ts';
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
    async (request, reply) => {
      const left = toCallerSignal(reply);
      const signal = AbortSignal.any([left, closing.signal]);
      const job = await queue.get(toJobId(request.params), { signal });
      const seen = request.headers['last-event-id'] ?? null;
      if (isEnded(job) && seen === toEventId(job)) return reply.code(204).send();
      const events = streamJobEvents({ queue, timing, logger }, { job, seen }, { signal });
      return sendEvents({ request, reply }, events, limits);
    },
  );
}
