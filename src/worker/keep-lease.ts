import type { Clock } from '../domain/clock.ts';
import type { JobLease } from '../domain/jobs/job.ts';
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

/** In a lease. As many may be unanswered: where the database is slower, more would only make it slower. */
const RENEWALS = 3;

/**
 * Renews at a third of the lease. It counts as lost as soon as it has lapsed by our own clock, whether
 * the database fails or is silent. A process that was paused meanwhile first asks whether the lease is
 * still its own.
 */
export function keepLease({ queue, lease, clock, logger }: KeepLeaseOptions): KeptLease {
  const lost = new AbortController();
  /** Between two renewals; each may take as long, and a pause is what makes a timer later than that. */
  const stepMs = queue.leaseMs / RENEWALS;
  let isDisposed = false;
  let unanswered = 0;
  let renewedAt = clock.now().getTime();
  const mayHold = () => clock.now().getTime() - renewedAt < queue.leaseMs;
  const lose = (why: 'lease-lost' | 'cancelled') => {
    if (!lost.signal.aborted) lost.abort(new JobStoppedError(why));
  };

  async function renew(): Promise<void> {
    const askedAt = clock.now().getTime();
    unanswered += 1;
    const isKept = await queue.renew(lease, { signal: lost.signal }).finally(() => {
      unanswered -= 1;
    });
    if (!isKept) return lose(await findReason());
    renewedAt = Math.max(renewedAt, askedAt); // answers may come in another order
    awaitLapse();
  }
  async function findReason(): Promise<'lease-lost' | 'cancelled'> {
    // Whether it is lost meanwhile or not.
    const job = await queue.find(lease.jobId, { signal: AbortSignal.timeout(stepMs) });
    return job?.error?.errorCode === 'CANCELLED' ? 'cancelled' : 'lease-lost';
  }
  const checkNow = () =>
    within(stepMs, renew()).catch((error: unknown) => {
      logger.warn({ err: error }, 'the lease of a job could not be renewed');
      if (!mayHold()) lose('lease-lost');
    });

  // The worker's own loop keeps the process alive, as long as it should live.
  const beat = () => {
    if (unanswered < RENEWALS) void checkNow();
  };
  const heartbeat = setInterval(beat, stepMs).unref();
  let lapse: NodeJS.Timeout | undefined;
  function awaitLapse(): void {
    clearTimeout(lapse);
    if (isDisposed) return;
    const leftMs = renewedAt + queue.leaseMs - clock.now().getTime();
    if (leftMs > 0) lapse = setTimeout(awaitLapse, leftMs).unref();
    else if (leftMs > -stepMs) lose('lease-lost');
    else void checkNow();
  }
  awaitLapse();
  const hearing = queue.subscribe((change) => {
    const isTaken = change?.state === 'failed' || change?.state === 'queued';
    if (isTaken && change.jobId === lease.jobId) void checkNow();
  });
  return {
    signal: lost.signal,
    checkNow,
    mayHold,
    [Symbol.dispose]() {
      isDisposed = true;
      clearInterval(heartbeat);
      clearTimeout(lapse);
      hearing[Symbol.dispose]();
    },
  };
}

/** Rejects after `limitMs`; the work goes on, and what it finds still counts. */
async function within<T>(limitMs: number, work: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer within ${limitMs} ms`)), limitMs).unref();
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
