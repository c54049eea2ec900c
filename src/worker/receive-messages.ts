import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { CallOptions } from '../domain/call-options.ts';
import { type JobId, UUID } from '../domain/jobs/job.ts';
import { isQueueProbe } from '../domain/jobs/queue-probe.ts';
import { createLastingFailure } from '../domain/lasting-failure.ts';
import { findTraceId } from '../domain/traceparent.ts';
import { BehindHeadError } from '../errors/behind-head-error.ts';
import { BioMcpError, ERROR_CODES, NotFoundError, ValidationError } from '../errors/bio-mcp-error.ts';
import type { JobMessages, ReceivedMessage } from '../queue/job-messages.ts';
import type { JobQueue } from '../queue/job-queue.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Catalogue } from '../tools/catalogue.ts';
import { enqueueJob } from '../tools/jobs/enqueue-job.ts';

export interface ReceiveNeeds<Services> {
  messages: JobMessages;
  catalogue: Catalogue<Services>;
  services: Services;
  queue: JobQueue;
  logger: Logger;
  /** Once there is room: how many more jobs the worker could start. Rejects while it may begin none. */
  awaitRoom(options: CallOptions): Promise<number>;
  /** Claims what is due, as far as there is room. */
  claimDue(): Promise<void>;
}

/** Between tries while the message queue or the database does not answer. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

/**
 * What an API sends has a `job_id`; what a scheduler sends makes its job, one for each `idempotency_key`.
 * `null` stands for what is left out, as over HTTP.
 */
const messageSchema = z.object({
  tool: z.string(),
  job_id: z.string().regex(UUID).nullish(),
  params: z.record(z.string(), z.unknown()).nullish(),
  idempotency_key: z
    .string()
    .regex(/^[\x20-\x7e]{1,200}$/)
    .nullish(),
});

/**
 * Receives messages until `signal` aborts, never more than there is room for jobs. A message is deleted once
 * the row of its job is claimed, or can be claimed later without it; it comes again where this process dies
 * or the database fails before. What makes no job is put into the dead-letter queue with its reason, and the
 * rest goes on.
 */
export async function receiveMessages<Services>(
  needs: ReceiveNeeds<Services>,
  { signal }: CallOptions,
): Promise<void> {
  const { messages, logger, awaitRoom } = needs;
  const receives = createLastingFailure({ logger, over: 'messages are received again' });
  let pauseMs = FIRST_PAUSE_MS;
  while (!signal.aborted) {
    try {
      const atMost = await awaitRoom({ signal });
      const received = await messages.receive({ atMost }, { signal });
      if (received.length > 0) await handle(needs, received, { signal });
      pauseMs = FIRST_PAUSE_MS;
      receives.succeeded();
    } catch (error) {
      if (signal.aborted) return;
      receives.failed(
        error,
        error instanceof BehindHeadError
          ? `no message is received: ${error.hint}`
          : 'messages cannot be received; the worker looks at the jobs themselves',
      );
      // Until the next one, a receive would only use up the deliveries that a message has.
      await delay(pauseMs, undefined, { signal }).catch(() => undefined);
      pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
    }
  }
}

async function handle<Services>(
  needs: ReceiveNeeds<Services>,
  received: readonly ReceivedMessage[],
  options: CallOptions,
): Promise<void> {
  const settled = await Promise.allSettled(
    received.map(async (message) => ({ message, isGood: await settle(needs, message, options) })),
  );
  await needs.claimDue();
  const good = settled.flatMap((one) => (one.status === 'fulfilled' && one.value.isGood ? [one.value] : []));
  await Promise.all(good.map(({ message }) => needs.messages.delete(message, options)));
  const failed = settled.find((one) => one.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

/**
 * Resolves to whether the message has done what it can; `false` where the message is
 * dead-lettered and deleted.
 */
async function settle<Services>(
  needs: ReceiveNeeds<Services>,
  message: ReceivedMessage,
  options: CallOptions,
): Promise<boolean> {
  const { messages, logger } = needs;
  try {
    await requireJob(needs, message, options);
    return true;
  } catch (error) {
    if (!(error instanceof UselessMessageError)) throw error;
    const { reason, cause } = error;
    await messages.deadLetter({ ...message, reason, errorCode: cause.code }, options);
    await messages.delete(message, options);
    logger.warn(
      { reason, error_code: cause.code, detail: cause.hint },
      'a message that makes no job was put into the dead-letter queue',
    );
    return false;
  }
}

class UselessMessageError extends Error {
  readonly reason: string;
  override readonly cause: BioMcpError;

  constructor(reason: string, cause: BioMcpError) {
    super(cause.message);
    this.name = 'UselessMessageError';
    this.reason = reason;
    this.cause = cause;
  }
}

/** Throws `UselessMessageError` where no delivery of the message could ever lead to a job. */
async function requireJob<Services>(
  { catalogue, services, queue }: ReceiveNeeds<Services>,
  { body, traceparent }: ReceivedMessage,
  options: CallOptions,
): Promise<void> {
  if (isQueueProbe(body)) return;
  const { tool, job_id = null, params, idempotency_key = null } = parse(body);
  try {
    catalogue.get(tool);
  } catch (error) {
    throw toUseless('unknown_tool', error);
  }
  if (job_id !== null) {
    const jobId = job_id.toLowerCase() as JobId; // the schema has seen that it is a UUID
    if ((await queue.find(jobId, options)) !== null) return;
    throw new UselessMessageError('unknown_job', new NotFoundError('There is no job of that id.'));
  }
  if (idempotency_key === null) {
    throw malformed('A message without job_id needs an idempotency_key, since it may arrive twice.');
  }
  const traceId = traceparent === null ? null : findTraceId(traceparent);
  const request = { tool, params, idempotencyKey: idempotency_key, traceId, surface: 'http' } as const;
  try {
    await enqueueJob({ catalogue, services, jobs: queue }, request, options);
  } catch (error) {
    throw toUseless('refused', error);
  }
}

function parse(body: string): z.output<typeof messageSchema> {
  let content: unknown;
  try {
    content = JSON.parse(body);
  } catch (cause) {
    throw new UselessMessageError('not_json', new ValidationError('The message is no JSON.', { cause }));
  }
  const parsed = messageSchema.safeParse(content);
  if (!parsed.success) {
    const fields = parsed.error.issues.map(({ path }) => path.join('.') || 'the message').join(', ');
    throw malformed(
      `Not as expected: ${fields}. A message is {job_id, tool, params} or {tool, params, idempotency_key}.`,
    );
  }
  return parsed.data;
}

function malformed(hint: string): UselessMessageError {
  return new UselessMessageError('malformed', new ValidationError(hint));
}

/**
 * A failure that may pass (the database's, the network's) says nothing about the message, and stays
 * what it is.
 */
function toUseless(reason: string, error: unknown): unknown {
  const isFinal =
    error instanceof BioMcpError && !ERROR_CODES[error.code].retryable && error.code !== 'INTERNAL';
  return isFinal ? new UselessMessageError(reason, error) : error;
}
