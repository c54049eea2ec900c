import type { Clock } from '../domain/clock.ts';
import type { JobLease } from '../domain/job.ts';
import { JobStoppedError } from '../errors/job-stopped.ts';
import type { JobQueue } from '../queue/job-queue.ts';
import type { Logger } from '../telemetry/logger.ts';

export interface KeepLeaseOptions {
  queue: JobQueue;
  lease: JobLease;
  clock: Clock;
  logger: Logger;
}

/** A lease that is renewed until it is disposed. */
export interface KeptLease extends Disposable {
  /** Aborts with a `JobStoppedError` when the lease is lost or the job was cancelled. */
  readonly signal: AbortSignal;
  /** For whoever was told by another way, a write that was refused. */
  checkNow(): Promise<void>;
  /** Whether the lease may still be ours, by our own clock, whatever the database says. */
  mayHold(): boolean;
}

/**
 * Renews at a third of the lease. A process that was paused asks on waking whether the lease is still its own; where
 * nobody answers until the lease has lapsed, it counts as lost.
 */
export function keepLease({ queue, lease, clock, logger }: KeepLeaseOptions): KeptLease {
  const lost = new AbortController();
  let renewedAt = clock.now().getTime();
  const mayHold = () => clock.now().getTime() - renewedAt < queue.leaseMs;
  const lose = (why: 'lease-lost' | 'cancelled') => {
    if (!lost.signal.aborted) lost.abort(new JobStoppedError(why));
  };

  async function renew(): Promise<void> {
    const askedAt = clock.now().getTime();
    if (await queue.renew(lease, { signal: lost.signal })) renewedAt = askedAt;
    else lose(await findReason());
  }
  async function findReason(): Promise<'lease-lost' | 'cancelled'> {
    const job = await queue.find(lease.jobId, { signal: lost.signal });
    return job?.error?.errorCode === 'CANCELLED' ? 'cancelled' : 'lease-lost';
  }
  const checkNow = () =>
    renew().catch((error: unknown) => {
      logger.warn({ err: error }, 'the lease of a job could not be renewed');
      if (!mayHold()) lose('lease-lost');
    });

  // The worker's own loop keeps the process alive, as long as it should live.
  const heartbeat = setInterval(checkNow, queue.leaseMs / 3).unref();
  const hearing = queue.subscribe((change) => {
    const isTaken = change?.state === 'failed' || change?.state === 'queued';
    if (isTaken && change.jobId === lease.jobId) void checkNow();
  });
  return {
    signal: lost.signal,
    checkNow,
    mayHold,
    [Symbol.dispose]() {
      clearInterval(heartbeat);
      hearing[Symbol.dispose]();
    },
  };
}
