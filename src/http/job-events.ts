import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { CallOptions } from '../domain/call-options.ts';
import { isEnded, type Job } from '../domain/jobs/job.ts';
import { createLastingFailure } from '../domain/lasting-failure.ts';
import { Bell } from '../queue/bell.ts';
import type { JobQueue } from '../queue/job-queue.ts';
import type { Logger } from '../telemetry/logger.ts';
import { toJobAnswer } from '../tools/schemas/job-schema.ts';

export interface EventTiming {
  /** At least this long between two events: at most twice a second. */
  gapMs: number;
  /** Proxies cut a connection off that is silent for longer than about a minute. */
  heartbeatMs: number;
}
export const EVENT_TIMING: EventTiming = { gapMs: 500, heartbeatMs: 15_000 };

export interface JobEventsOptions {
  queue: Pick<JobQueue, 'get' | 'subscribe'>;
  timing: EventTiming;
  logger: Logger;
}

/** Where no notice of a change comes: one may be lost. */
const LOOK_AGAIN_MS = 5_000;
const HEARTBEAT = ': heartbeat\n\n';

/**
 * The text of a stream of Server-Sent Events: the job at once, unless `seen` is the id of that very event,
 * then at each change, at most one event a `gapMs`, and a comment where nothing changes for long. Ends after
 * the job's end state, or with the signal. A database that is away meanwhile is waited for.
 */
export async function* streamJobEvents(
  { queue, timing, logger }: JobEventsOptions,
  { job: first, seen }: { job: Job; seen: string | null },
  { signal }: CallOptions,
): AsyncGenerator<string> {
  const { jobId } = first;
  const changed = new Bell();
  using _ = queue.subscribe((change) => {
    if (change === null || change.jobId === jobId) changed.ring();
  });
  const over = 'a job can be read again for its listener';
  const reads = createLastingFailure({ logger, over, fields: { job_id: jobId } });
  let told = seen;
  let toldAt = performance.now();
  // What changed between the first look and the subscription is seen by the next look.
  changed.ring();
  try {
    // The answer's headers leave with its first bytes.
    if (toEventId(first) === seen) yield HEARTBEAT;
    for (let job = first; ; ) {
      const id = toEventId(job);
      if (id !== told) {
        yield `event: job\nid: ${id}\ndata: ${JSON.stringify(toJobAnswer(job))}\n\n`;
        told = id;
        toldAt = performance.now();
        if (isEnded(job)) return;
        await delay(timing.gapMs, undefined, { signal });
      } else if (isEnded(job)) return;
      const heartbeatInMs = Math.max(0, toldAt + timing.heartbeatMs - performance.now());
      await changed.heard(Math.min(heartbeatInMs, LOOK_AGAIN_MS), { signal });
      if (performance.now() - toldAt >= timing.heartbeatMs) {
        yield HEARTBEAT;
        toldAt = performance.now();
      }
      try {
        job = await queue.get(jobId, { signal });
        reads.succeeded();
      } catch (error) {
        if (!signal.aborted) reads.failed(error, 'a job could not be read for its listener');
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** Names what the event tells, so that two of one id tell the same. */
export function toEventId(job: Job): string {
  return createHash('sha256')
    .update(JSON.stringify(toJobAnswer(job)))
    .digest('hex')
    .slice(0, 16);
}
