import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { CallOptions } from '../domain/call-options.ts';
import { isEnded, type JobChange, type JobId, type JobState } from '../domain/jobs/job.ts';
import { toCallerSignal } from '../http/caller-signal.ts';
import { sendEvents } from '../http/event-stream.ts';
import { followJob } from '../http/follow-job.ts';
import type { EventTiming } from '../http/job-events.ts';
import type { Limits } from '../http/limits.ts';
import { Bell } from '../queue/bell.ts';
import type { JobQueue } from '../queue/job-queue.ts';
import type { Logger } from '../telemetry/logger.ts';
import { parseJobId } from '../tools/schemas/job-schema.ts';

export interface LiveNeeds {
  queue: Pick<JobQueue, 'get' | 'list' | 'subscribe'>;
  limits: Pick<Limits, 'enterStream'>;
  timing: EventTiming;
  logger: Logger;
}

const HEARTBEAT = ': heartbeat\n\n';

/**
 * What pages listen to while they are open: one job as `GET /v1/jobs/{id}/events` tells it, that any job
 * changed, and that any came, started or ended. The script of the page then asks for the page again; a page
 * that stands still costs nothing else.
 */
export function addLiveRoutes(room: FastifyInstance, { queue, limits, timing, logger }: LiveNeeds): void {
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

  const changes = { '/jobs/changes': () => () => true, '/jobs/states': createStateFilter };
  for (const [address, createFilter] of Object.entries(changes)) {
    room.get(address, { config }, async (request, reply) => {
      const signal = AbortSignal.any([toCallerSignal(reply), closing.signal]);
      // The queue may still be on its way: then there is nothing to listen to yet.
      await queue.list({ limit: 1, after: null }, { signal });
      const events = streamChanges({ queue, timing }, createFilter(), { signal });
      return sendEvents({ request, reply }, events, limits);
    });
  }
}

/** Whether a change is news to whoever listens. */
type IsNews = (change: JobChange) => boolean;

/** That a job came, started or ended, and not how far it is. */
export function createStateFilter(): IsNews {
  const running = new Map<JobId, JobState>();
  return (change) => {
    if (change === null) return true;
    const { jobId, state } = change;
    if (running.get(jobId) === state) return false;
    if (isEnded(change)) running.delete(jobId);
    else running.set(jobId, state);
    return true;
  };
}

/** An event at each change that is news, at most one a `gapMs`, and heartbeats between them. */
async function* streamChanges(
  { queue, timing }: Pick<LiveNeeds, 'queue' | 'timing'>,
  isNews: IsNews,
  { signal }: CallOptions,
): AsyncGenerator<string> {
  const bell = new Bell();
  let isChanged = false;
  using _ = queue.subscribe((change) => {
    if (!isNews(change)) return;
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
