import type { CallOptions } from '../domain/call-options.ts';
import type { Job } from '../domain/jobs/job.ts';
import { createLastingFailure } from '../domain/lasting-failure.ts';
import { toTraceparent } from '../domain/traceparent.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { JobMessage, JobMessages } from './job-messages.ts';
import type { JobQueue } from './job-queue.ts';
import { createSqlJobQueue, type SqlJobQueueOptions } from './sql-job-queue.ts';

export interface SqsJobQueueOptions extends SqlJobQueueOptions {
  messages: Pick<JobMessages, 'send' | 'deadLetter'>;
  logger: Logger;
}

/**
 * A row that is still queued after this time is told of again: its message was lost, or whoever had it died.
 */
const TELL_AGAIN_AFTER_MS = 60_000;
/** At once; what is more than that waits for the next sweep. */
const MOST_TOLD = 100;
/** A caller whose job is written down already does not wait longer for a slow queue. */
const TELLING_TIMEOUT_MS = 3_000;
/** SQS takes 1 MiB since 2025, servers that speak its protocol 256 KiB; ten of a batch share it. */
const MOST_BODY_BYTES = 24 * 1024;

/**
 * The rows' queue, told of by messages: whoever changes a row so that it may be claimed sends one, and the
 * sweep sends again what nobody took up within a minute. The rows decide alone, so that a message may be
 * lost, late or doubled; a job is accepted once its row is written, whether or not the message queue answers.
 * A job that failed for good is sent to the dead-letter queue, at least once.
 */
export function createSqsJobQueue({ messages, logger, ...rules }: SqsJobQueueOptions): JobQueue {
  const rows = createSqlJobQueue(rules);
  const { table } = rules;
  const looks = createLastingFailure({
    logger,
    over: 'what the message queue was not told can be read again',
  });
  const sends = createLastingFailure({ logger, over: 'the message queue is told of changes again' });

  /** Never throws: what is not told now is told by a sweep. */
  async function tell(): Promise<void> {
    // The caller's own signal would keep a job that is written down already from being told of.
    const options = { signal: AbortSignal.timeout(TELLING_TIMEOUT_MS) };
    let failing = looks;
    try {
      const take = { againAfterMs: TELL_AGAIN_AFTER_MS, limit: MOST_TOLD };
      const untold = await table.takeUntold(take, options);
      looks.succeeded();
      if (untold.length === 0) return; // of what was tried within the minute nothing is known
      failing = sends;
      await Promise.all([
        announce(
          untold.filter(({ state }) => state === 'queued'),
          options,
        ),
        ...untold.filter(({ state }) => state === 'failed').map((job) => bury(job, options)),
      ]);
      sends.succeeded();
    } catch (error) {
      failing.failed(error, 'the message queue was not told of a change; a sweep tells it again');
    }
  }

  async function announce(jobs: readonly Job[], options: CallOptions): Promise<void> {
    if (jobs.length === 0) return;
    const refused = await messages.send(jobs.map(toMessage), options);
    if (refused.length > 0)
      logger.warn(
        { messages: refused.length },
        'the message queue refused messages; a sweep sends them again',
      );
  }

  async function bury(job: Job, options: CallOptions): Promise<void> {
    const errorCode = job.error?.errorCode ?? 'INTERNAL';
    await messages.deadLetter({ ...toMessage(job), reason: 'job_failed', errorCode }, options);
    await table.markDeadLettered([job.jobId], options);
  }

  async function told<Answer>(change: Promise<Answer>): Promise<Answer> {
    const answer = await change;
    await tell();
    return answer;
  }

  return {
    ...rows,
    async enqueue(job, options) {
      const enqueued = await rows.enqueue(job, options);
      if (!enqueued.deduplicated) await tell();
      return enqueued;
    },
    fail: (lease, failure, options) => told(rows.fail(lease, failure, options)),
    split: (lease, parts, options) => told(rows.split(lease, parts, options)),
    putBack: (lease, options) => told(rows.putBack(lease, options)),
    sweep: (options) => told(rows.sweep(options)),
    takeOver: (options) => told(rows.takeOver(options)),
  };
}

/** The row says everything; tool and parameters are there for people. */
function toMessage({ jobId, tool, params, traceId, spanId }: Job): JobMessage {
  const full = toBody({ job_id: jobId, tool, params });
  const body = Buffer.byteLength(full) > MOST_BODY_BYTES ? toBody({ job_id: jobId, tool }) : full;
  return { body, traceparent: traceId === null ? null : toTraceparent(traceId, spanId) };
}

/** Of what JSON leaves as it is, XML 1.0, to which SQS holds every body, allows all but these two. */
function toBody(content: object): string {
  return JSON.stringify(content).replace(
    /[\uFFFE\uFFFF]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16)}`,
  );
}
