import { v7 as toUuid } from 'uuid';
import type { CallOptions } from '../domain/call-options.ts';
import { type JobError, type JobId, toResultPath } from '../domain/jobs/job.ts';
import { BioMcpError, NotFoundError } from '../errors/bio-mcp-error.ts';
import type { Enqueued, JobQueue, NewJob } from './job-queue.ts';
import type { JobTable } from './job-table.ts';
import { toParamsHash } from './params-hash.ts';

export interface SqlJobQueueOptions {
  table: JobTable;
  leaseMs: number;
  /** Attempts in a row that get no further than an earlier one. */
  maxAttempts: number;
  /** How long an ended job is kept. Default 90 days. */
  keepMs?: number;
}

const FIRST_RETRY_MS = 5_000;
const LONGEST_RETRY_MS = 5 * 60_000;
/** Each round ends unless the twin that stood in the way has ended meanwhile. */
const MOST_ROUNDS = 10;
const DEFAULT_KEEP_MS = 90 * 24 * 60 * 60_000;
const CANCELLED: JobError = { errorCode: 'CANCELLED', message: 'The job was cancelled.' };

/**
 * The jobs table itself is the queue: a claim takes a row, and the table's notices wake whoever
 * waits for one.
 */
export function createSqlJobQueue({
  table,
  leaseMs,
  maxAttempts,
  keepMs = DEFAULT_KEEP_MS,
}: SqlJobQueueOptions): JobQueue {
  const usedUp: JobError = {
    errorCode: 'INTERNAL',
    message: `The process that ran the job ended ${maxAttempts} times without getting further; the logs may tell why.`,
  };
  const get = async (jobId: JobId, options: CallOptions) => {
    const job = await table.find(jobId, options);
    if (job === null)
      throw new NotFoundError('There is no job of that id; jobs.list names those that there are.');
    return job;
  };
  return {
    leaseMs,
    enqueue: (job, options) => enqueue(table, job, options),
    find: table.find,
    get,
    findResult: table.findResult,
    findPartResults: table.findPartResults,
    findStates: table.findStates,
    list: ({ state = null, tool = null, ...page }, options) => table.list({ state, tool, ...page }, options),
    count: ({ state = null, tool = null, ...rest }, options) =>
      table.count({ state, tool, ...rest }, options),
    countParts: table.countParts,
    async cancel(jobId, options) {
      const cancelled = await table.cancel(jobId, CANCELLED, options);
      if (cancelled !== null) return cancelled;
      const { state } = await get(jobId, options);
      throw new BioMcpError('JOB_FINISHED', `The job has ${state} already, so there is nothing to cancel.`);
    },

    claim: ({ tools }, options) => table.claim({ leaseMs, tools }, options),
    renew: (lease, options) => table.renew(lease, leaseMs, options),
    saveProgress: (lease, progress, options) =>
      table.saveProgress(
        lease,
        { progress, pct: typeof progress.pct === 'number' ? progress.pct : 0 },
        options,
      ),
    succeed: (lease, { result, resultRef }, options) =>
      table.succeed(lease, { result, resultRef: resultRef ?? toResultPath(lease.jobId) }, options),
    fail(lease, { errorCode, message, retryable, retryAfterMs, resultRef }, options) {
      const error = { errorCode, message };
      if (!retryable) return table.fail(lease, { error, resultRef }, options);
      const delayMs = toRetryDelayMs(lease.attempt, retryAfterMs);
      const warning = `${message} Attempt ${lease.attempt} failed; the next one follows in ${Math.ceil(delayMs / 1_000)} s.`;
      return table.retry(lease, { maxAttempts, error, delayMs, warning, resultRef }, options);
    },
    split(lease, parts, options) {
      const { jobId: parentJobId, tool, traceId, surface, createdBy, createdScope } = lease;
      const rows = parts.map(({ params, inTurn }) => {
        const paramsHash = toParamsHash(params);
        // Found again by an attempt that splits the job anew.
        const idempotencyKey = `${parentJobId}/${paramsHash}`;
        return {
          jobId: toUuid() as JobId,
          inTurn,
          tool,
          params,
          paramsHash,
          idempotencyKey,
          parentJobId,
          traceId,
          surface,
          createdBy,
          createdScope,
        };
      });
      return table.split(lease, rows, options);
    },
    putBack: table.putBack,
    async sweep(options) {
      const taken = await table.takeBack({ which: 'lapsed', maxAttempts, error: usedUp }, options);
      await table.removeOld({ keepMs }, options);
      return taken;
    },
    takeOver: (options) => table.takeBack({ which: 'all', maxAttempts, error: usedUp }, options),
    subscribe: table.subscribe,
  };
}

async function enqueue(
  table: JobTable,
  { tool, params, idempotencyKey = null, parentJobId = null, traceId = null, ...given }: NewJob,
  options: CallOptions,
): Promise<Enqueued> {
  const { surface = 'http', createdBy = null, createdScope = null } = given;
  const paramsHash = toParamsHash(params);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const jobId = toUuid() as JobId; // a UUID in lower case
    const call = { tool, params, paramsHash, idempotencyKey, parentJobId, traceId };
    const row = { jobId, ...call, surface, createdBy, createdScope };
    const job = await table.insert(row, options);
    if (job !== null) return { job, deduplicated: false };
    const twin = await table.findTwin(row, options);
    if (twin === null) continue;
    if (twin.paramsHash === paramsHash) return { job: twin.job, deduplicated: true };
    throw new BioMcpError(
      'IDEMPOTENCY_CONFLICT',
      `This idempotency key stands for a call of ${tool} with other parameters: take a new key for a new call.`,
    );
  }
  throw new BioMcpError('QUEUE_UNAVAILABLE', 'The same job ends and begins too fast; try again.');
}

/** 5, 10, 20, … s, at most 5 min; as long as the failing dependency asked for where that is longer. */
function toRetryDelayMs(attempt: number, retryAfterMs: number | null): number {
  const backOff = Math.min(FIRST_RETRY_MS * 2 ** (Math.max(attempt, 1) - 1), LONGEST_RETRY_MS);
  return Math.max(backOff, retryAfterMs ?? 0);
}
