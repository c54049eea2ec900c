import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CallOptions } from '../domain/call-options.ts';
import { isEnded, type JobId } from '../domain/jobs/job.ts';
import type { JobQueue } from '../queue/job-queue.ts';
import type { Logger } from '../telemetry/logger.ts';
import { sendEvents } from './event-stream.ts';
import { type EventTiming, streamJobEvents, toEventId } from './job-events.ts';
import type { Limits } from './limits.ts';

export interface FollowJobNeeds {
  queue: Pick<JobQueue, 'get' | 'subscribe'>;
  limits: Pick<Limits, 'enterStream'>;
  timing: EventTiming;
  logger: Logger;
}

/**
 * Answers with the events of one job; with nothing where the listener has that of its
 * end. Throws `NOT_FOUND`.
 */
export async function followJob(
  { queue, limits, timing, logger }: FollowJobNeeds,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
  jobId: JobId,
  { signal }: CallOptions,
): Promise<FastifyReply> {
  const job = await queue.get(jobId, { signal });
  const { 'last-event-id': last } = request.headers;
  const seen = typeof last === 'string' ? last : null;
  if (isEnded(job) && seen === toEventId(job)) return reply.code(204).send();
  const events = streamJobEvents({ queue, timing, logger }, { job, seen }, { signal });
  return sendEvents({ request, reply }, events, limits);
}
