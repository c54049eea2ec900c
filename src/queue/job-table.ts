import type { CallOptions } from '../domain/call-options.ts';
import type { Scope } from '../domain/caller.ts';
import type { Job, JobChange, JobError, JobId, JobLease, JobState, LeasedJob } from '../domain/jobs/job.ts';
import type { Surface } from '../domain/surface.ts';

export interface JobRow {
  jobId: JobId;
  tool: string;
  params: Record<string, unknown>;
  paramsHash: string;
  idempotencyKey: string | null;
  parentJobId: JobId | null;
  traceId: string | null;
  surface: Surface;
  createdBy: string | null;
  createdScope: Scope | null;
}

/** `null` for any. */
export interface JobSelection {
  state: JobState | null;
  tool: string | null;
  /** Default: parts of any. */
  parentJobId?: JobId | undefined;
  /** Whether parts of others are among them. Default: they are. */
  withParts?: boolean | undefined;
}

/** `limit` of the newest, those behind `after`. */
export interface JobPage extends JobSelection {
  limit: number;
  after: Pick<Job, 'createdAt' | 'jobId'> | null;
}

export interface Attempts {
  maxAttempts: number;
  /** Of a job whose attempts are used up. */
  error: JobError;
}

/**
 * The rows of the jobs, which every queue shares: each method is one statement, so that of many
 * processes one wins. What takes a lease resolves to `false` where the lease is no longer the job's.
 * Fails with `DB_UNAVAILABLE`. A read ends with its signal; a change is carried out, since whoever gave it up
 * would not know whether it was made.
 */
export interface JobTable {
  /**
   * Resolves to `null` where a job of the same key, or a live one of the same parameters, stands in the way.
   */
  insert(row: JobRow, options: CallOptions): Promise<Job | null>;
  /** The job that stands in the way of such a row. */
  findTwin(
    row: Pick<JobRow, 'tool' | 'paramsHash' | 'idempotencyKey'>,
    options: CallOptions,
  ): Promise<{ job: Job; paramsHash: string } | null>;
  find(jobId: JobId, options: CallOptions): Promise<Job | null>;
  /** What the tool answered; `null` where the job has not succeeded. */
  findResult(jobId: JobId, options: CallOptions): Promise<unknown>;
  /** Those of the parts of a job that succeeded, in their order, in one statement. */
  findPartResults(parentJobId: JobId, options: CallOptions): Promise<unknown[]>;
  /** In each state. */
  countParts(parentJobId: JobId, options: CallOptions): Promise<Record<JobState, number>>;
  /** Of those jobs that there are. */
  findStates(jobIds: readonly JobId[], options: CallOptions): Promise<Map<JobId, JobState>>;
  list(page: JobPage, options: CallOptions): Promise<Job[]>;
  count(selection: JobSelection, options: CallOptions): Promise<number>;

  /** The job of one of these tools that waits longest; `null` when none is due. */
  claim(
    claim: { leaseMs: number; tools: readonly string[] },
    options: CallOptions,
  ): Promise<LeasedJob | null>;
  renew(lease: JobLease, leaseMs: number, options: CallOptions): Promise<boolean>;
  /** A percentage above every one before makes the attempts count anew. */
  saveProgress(
    lease: JobLease,
    { progress, pct }: { progress: Record<string, unknown>; pct: number },
    options: CallOptions,
  ): Promise<boolean>;
  succeed(
    lease: JobLease,
    outcome: { result: unknown; resultRef: string },
    options: CallOptions,
  ): Promise<boolean>;
  fail(
    lease: JobLease,
    outcome: { error: JobError; resultRef: string | null },
    options: CallOptions,
  ): Promise<boolean>;
  /** Queues the job again after a pause, or fails it where its attempts are used up. */
  retry(
    lease: JobLease,
    again: Attempts & { delayMs: number; warning: string; resultRef: string | null },
    options: CallOptions,
  ): Promise<boolean>;
  /** As if it had not been claimed: it keeps its place. */
  putBack(lease: JobLease, options: CallOptions): Promise<boolean>;
  /** Queues the parts, unless they are there, and lets the job wait for them without a lease. */
  split(
    lease: JobLease,
    parts: readonly (JobRow & { inTurn: boolean })[],
    options: CallOptions,
  ): Promise<boolean>;
  /**
   * Fails a job that has not ended, and those that are parts of it. Resolves to `null` where it had ended
   * or is unknown.
   */
  cancel(jobId: JobId, error: JobError, options: CallOptions): Promise<Job | null>;
  /** Queues leased jobs again, or fails those whose attempts are used up. Resolves to how many it took. */
  takeBack(from: Attempts & { which: 'lapsed' | 'all' }, options: CallOptions): Promise<number>;
  /**
   * Removes some jobs that ended longer ago than that, each with its parts, and answers of keyed calls that
   * are past their time: a bounded heap of rows at once. Resolves to how many jobs that were.
   */
  removeOld({ keepMs }: { keepMs: number }, options: CallOptions): Promise<number>;

  /**
   * For a queue that tells of the rows by messages: jobs that somebody may claim now, and jobs that failed
   * for good within a day (cancelled ones aside) and are not marked as dead-lettered. Each is the caller's to
   * tell of: nobody gets it again for `againAfterMs`, unless its state changes.
   */
  takeUntold(take: { againAfterMs: number; limit: number }, options: CallOptions): Promise<Job[]>;
  /** The dead-letter queue has these failed jobs. */
  markDeadLettered(jobIds: readonly JobId[], options: CallOptions): Promise<void>;

  /**
   * `listener` hears every change, of other processes too; a change may be told twice, late
   * or (seldom) never.
   */
  subscribe(listener: (change: JobChange) => void): Disposable;
}
