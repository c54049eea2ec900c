import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { CallOptions } from '../domain/call-options.ts';
import { toCallerSignal } from '../http/caller-signal.ts';
import { sendEvents } from '../http/event-stream.ts';
import { followJob } from '../http/follow-job.ts';
import type { EventTiming } from '../http/job-events.ts';
import type { Limits } from '../http/limits.ts';
import { Bell } from '../queue/bell.ts';
import type { JobQueue } from '../queue/job-queue.ts';
import type { Logger } from '../telemetry/logger.ts';
import { parseJobId } from '../tools/schemas/job-schema.ts';

export interface LiveParts {
  queue: Pick<JobQueue, 'get' | 'list' | 'subscribe'>;
  limits: Pick<Limits, 'enterStream'>;
  timing: EventTiming;
  logger: Logger;
}

const HEARTBEAT = ': heartbeat\n\n';

/**
 * What pages listen to while they are open: one job as `GET /v1/jobs/{id}/events` tells it, and that any job
 * changed. The script of the page then asks for the page again; a page that stands still costs nothing else.
 */
export function addLiveRoutes(room: FastifyInstance, { queue, limits, timing, logger }: LiveParts): void {
  const closing = new AbortController();
  room.addHook('preClose', async () => closing.abort());
  const config = { isPage: true } as const;

  room.get<{ Params: { id: string }; Headers: { 'last-event-id'?: string } }>(
    '/jobs/:id/events',
    { config },
    async (request, reply) => {
      const signal = AbortSignal.any([toCallerSignal(reply), closing.signal]);
      const jobId = parseJobId(request.params.id);
      return followJob({ queue, limits, timing, logger }, { request, reply }, jobId, { signal });
    },
  );

  room.get('/jobs/changes', { config }, async (request, reply) => {
    const signal = AbortSignal.any([toCallerSignal(reply), closing.signal]);
    // The queue may still be on its way: then there is nothing to listen to yet.
    await queue.list({ limit: 1, after: null }, { signal });
    return sendEvents({ request, reply }, streamChanges({ queue, timing }, { signal }), limits);
  });
}

/** An event at each change of any job, at most one a `gapMs`, and heartbeats between them. */
async function* streamChanges(
  { queue, timing }: Pick<LiveParts, 'queue' | 'timing'>,
  { signal }: CallOptions,
): AsyncGenerator<string> {
  const bell = new Bell();
  let isChanged = false;
  using _ = queue.subscribe(() => {
    isChanged = true;
    bell.ring();
  });
  try {
    // The answer's headers leave with its first bytes.
    yield HEARTBEAT;
    for (;;) {
      await bell.heard(timing.heartbeatMs, { signal });
      if (isChanged) {
        isChanged = false;
        yield 'event: changed\ndata: \n\n';
        await delay(timing.gapMs, undefined, { signal });
      } else yield HEARTBEAT;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
