import type { Config } from '../../config/config.ts';
import type { JobMessages } from '../../queue/job-messages.ts';
import type { JobQueue } from '../../queue/job-queue.ts';
import { createSqlJobQueue } from '../../queue/sql-job-queue.ts';
import { openSqsJobMessages } from '../../queue/sqs-job-messages.ts';
import { createSqsJobQueue } from '../../queue/sqs-job-queue.ts';
import type { Database } from '../../store/database/database.ts';
import { createSqlJobTable } from '../../store/jobs/sql-job-table.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Metrics } from '../../telemetry/metrics.ts';
import { NO_TRACER } from '../../telemetry/no-tracer.ts';
import type { Tracer } from '../../telemetry/tracer.ts';
import { traceMessages } from '../trace-ports.ts';

export interface OpenedQueue extends AsyncDisposable {
  jobs: JobQueue;
  /** What wakes workers beside the rows' own notices; `null` where the rows alone are the queue. */
  messages: JobMessages | null;
}

/** Asks nothing of the message queue yet: a process starts, and takes jobs, while it does not answer. */
export async function openQueue(
  { jobs: { messageQueue, ...limits } }: Config,
  {
    database,
    logger,
    metrics,
    tracer = NO_TRACER,
  }: { database: Database; logger: Logger; metrics?: Metrics | undefined; tracer?: Tracer | undefined },
): Promise<OpenedQueue> {
  const onEnded = (job: { tool: string; errorCode: string | null }) => metrics?.countEndedJob(job);
  const rules = {
    table: createSqlJobTable({ database, onEnded, currentSpan: () => tracer.current() }),
    ...limits,
  };
  if (messageQueue === null) {
    return {
      jobs: createSqlJobQueue(rules),
      messages: null,
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
  }
  const messages = traceMessages(await openSqsJobMessages(messageQueue), tracer);
  return {
    jobs: createSqsJobQueue({ ...rules, messages, logger }),
    messages,
    [Symbol.asyncDispose]: () => messages[Symbol.asyncDispose](),
  };
}
