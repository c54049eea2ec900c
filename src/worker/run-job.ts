import { setTimeout as delay } from 'node:timers/promises';
import type { CallOptions } from '../domain/call-options.ts';
import type { Clock } from '../domain/clock.ts';
import type { JobPart, LeasedJob } from '../domain/jobs/job.ts';
import { createTraceId } from '../domain/traceparent.ts';
import { BioMcpError, ERROR_CODES, isErrorCode } from '../errors/bio-mcp-error.ts';
import { JobStoppedError } from '../errors/job-stopped.ts';
import { PubmedError } from '../errors/pubmed-error.ts';
import type { JobFailure, JobQueue } from '../queue/job-queue.ts';
import type { Logger } from '../telemetry/logger.ts';
import { NO_TRACER } from '../telemetry/no-tracer.ts';
import { toAttemptFacts } from '../telemetry/span-facts.ts';
import { inTrace } from '../telemetry/trace-context.ts';
import type { SpanFacts, Tracer } from '../telemetry/tracer.ts';
import type { Catalogue } from '../tools/catalogue.ts';
import { runTool, splitCall } from '../tools/define-tool.ts';
import { requireScope } from '../tools/require-scope.ts';
import type { ToolContext } from '../tools/tool-context.ts';
import { type KeptLease, keepLease } from './keep-lease.ts';
import { createProgressSaver } from './save-progress.ts';

export interface RunJobNeeds<Services> {
  catalogue: Catalogue<Services>;
  services: Services;
  queue: JobQueue;
  clock: Clock;
  logger: Logger;
  /** Default: nobody collects traces. */
  tracer?: Tracer | undefined;
}

type Outcome =
  | { kind: 'succeeded'; result: unknown; resultRef: string | null }
  | { kind: 'split'; parts: readonly JobPart[] }
  | { kind: 'failed'; failure: JobFailure }
  | { kind: 'stopped'; why: JobStoppedError['why'] };

/** Between two tries to write down how a job ended. */
const TRY_AGAIN_MS = 1_000;

/**
 * One attempt at a job: runs its tool under the lease and writes down how it ended. An abort of `signal` puts
 * the job back; a lost lease or a cancelled job stops the tool and writes nothing. Never throws: what goes
 * wrong stands in the job and in the log.
 */
export async function runJob<Services>(
  needs: RunJobNeeds<Services>,
  job: LeasedJob,
  { signal }: CallOptions,
): Promise<void> {
  const { queue, clock } = needs;
  const traceId = job.traceId ?? createTraceId();
  const { jobId: job_id, tool, attempt } = job;
  const logger = needs.logger.child({ trace_id: traceId, job_id, tool, attempt });
  const startedAt = performance.now();
  const by = job.createdBy === null ? {} : { created_by: job.createdBy };
  logger.info({ status: 'running', ...by }, 'a job starts');
  using lease = keepLease({ queue, lease: job, clock, logger });
  const { tracer = NO_TRACER } = needs;
  const from = { traceId, parentId: job.spanId ?? null };
  const outcome = await inTrace(traceId, () =>
    traceAttempt(tracer, { facts: toAttemptFacts({ tool, jobId: job_id, attempt }), from }, () =>
      attemptJob({ ...needs, logger }, job, { lease, signal, traceId }),
    ),
  );
  const isWritten = await writeOutcome({ queue, job, lease, logger, signal }, outcome);
  const latency_ms = Math.round(performance.now() - startedAt);
  logger.info({ ...toLogFields(outcome, isWritten), latency_ms }, 'an attempt at a job ended');
}

/** A failure is an outcome here, and thrown for the span alone. */
async function traceAttempt(
  tracer: Tracer,
  { facts, from }: { facts: SpanFacts; from: { traceId: string; parentId: string | null } },
  attempt: () => Promise<Outcome>,
): Promise<Outcome> {
  let outcome: Outcome | undefined;
  try {
    return await tracer.enter(facts, from, async () => {
      outcome = await attempt();
      if (outcome.kind === 'failed') throw toThrown(outcome.failure.errorCode);
      return outcome;
    });
  } catch (error) {
    if (outcome === undefined) throw error;
    return outcome;
  }
}

function toThrown(code: string): Error {
  return isErrorCode(code) ? new BioMcpError(code, code) : new Error(code);
}

async function attemptJob<Services>(
  { catalogue, services, queue, logger }: RunJobNeeds<Services>,
  job: LeasedJob,
  { lease, signal, traceId }: { lease: KeptLease; signal: AbortSignal; traceId: string },
): Promise<Outcome> {
  const stopping = AbortSignal.any([signal, lease.signal]);
  let manifest: string | null = null;
  const saver = createProgressSaver({
    async save(progress) {
      if (!(await queue.saveProgress(job, progress, { signal: lease.signal }))) await lease.checkNow();
    },
    onFailure: (error) => logger.warn({ err: error }, 'the progress of a job could not be saved'),
  });
  try {
    const tool = catalogue.get(job.tool);
    // What its poster might do then: the row may be older than what the tool asks for today.
    if (job.createdScope !== null) requireScope({ scope: job.createdScope }, tool);
    const context: ToolContext<Services> = {
      services,
      signal: stopping,
      traceId,
      logger,
      surface: job.surface,
      job: {
        jobId: job.jobId,
        parentJobId: job.parentJobId,
        wroteManifest(uri) {
          manifest = uri;
        },
      },
      onProgress: (progress) => saver.report({ ...progress }),
    };
    const parts = job.parentJobId === null ? await splitCall(tool, job.params, context) : [];
    if (parts.length > 0) return { kind: 'split', parts };
    const result = await runTool(tool, job.params, context);
    return { kind: 'succeeded', result, resultRef: manifest };
  } catch (error) {
    const { reason } = stopping;
    if (reason instanceof JobStoppedError) return { kind: 'stopped', why: reason.why };
    if (!(error instanceof BioMcpError)) logger.error({ err: error }, 'a job failed');
    else logger.warn({ err: error }, 'a job failed');
    return { kind: 'failed', failure: { ...toFailure(error), resultRef: manifest } };
  } finally {
    await saver.flush();
  }
}

function toFailure(error: unknown): Omit<JobFailure, 'resultRef'> {
  if (!(error instanceof BioMcpError)) {
    const message = 'Something went wrong on our side; the log has the details under the id of the job.';
    return { errorCode: 'INTERNAL', message, retryable: ERROR_CODES.INTERNAL.retryable, retryAfterMs: null };
  }
  return {
    errorCode: error.code,
    message: error.hint,
    retryable: ERROR_CODES[error.code].retryable,
    retryAfterMs: error instanceof PubmedError ? error.retryAfterMs : null,
  };
}

interface WriteNeeds {
  queue: JobQueue;
  job: LeasedJob;
  lease: KeptLease;
  logger: Logger;
  signal: AbortSignal;
}

/**
 * Tries until the database takes it or the lease has lapsed; then the sweep gives the job to somebody else.
 * Resolves to whether it was written.
 */
async function writeOutcome(needs: WriteNeeds, outcome: Outcome): Promise<boolean> {
  const { lease, logger } = needs;
  if (outcome.kind === 'stopped' && outcome.why !== 'put-back') return false;
  while (!lease.signal.aborted) {
    try {
      return await write(needs, outcome);
    } catch (error) {
      logger.warn({ err: error }, 'how a job ended could not be written down yet');
    }
    await delay(TRY_AGAIN_MS, undefined, { ref: false });
    if (!lease.mayHold()) return false;
  }
  return false;
}

function write({ queue, job, lease: { signal } }: WriteNeeds, outcome: Outcome): Promise<boolean> {
  switch (outcome.kind) {
    case 'succeeded':
      return queue.succeed(job, outcome, { signal });
    case 'split':
      return queue.split(job, outcome.parts, { signal });
    case 'failed':
      return queue.fail(job, outcome.failure, { signal });
    default:
      return queue.putBack(job, { signal });
  }
}

function toLogFields(outcome: Outcome, isWritten: boolean): Record<string, unknown> {
  if (outcome.kind === 'stopped') return { status: outcome.why };
  if (!isWritten) return { status: 'lease-lost' };
  switch (outcome.kind) {
    case 'failed':
      return { status: 'failed', error_code: outcome.failure.errorCode };
    case 'split':
      return { status: 'split', parts: outcome.parts.length };
    default:
      return { status: 'succeeded' };
  }
}
