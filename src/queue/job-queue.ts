import type { CallOptions } from '../domain/call-options.ts';
import type { Scope } from '../domain/caller.ts';
import type {
  Job,
  JobChange,
  JobError,
  JobId,
  JobLease,
  JobPart,
  JobState,
  LeasedJob,
} from '../domain/jobs/job.ts';
import type { Surface } from '../domain/surface.ts';

export interface NewJob {
  tool: string;
  /** After validation: aliases resolved, defaults filled. */
  params: Record<string, unknown>;
  /**
   * A key stands for one job of the tool, as long as that is kept. `null`: a live job of the same parameters
   * is the answer.
   */
  idempotencyKey?: string | null;
  parentJobId?: JobId | null;
  traceId?: string | null;
  /** Where the call came in; default `http`, the one that may name least. */
  surface?: Surface;
  /** Who asks, where that is known; a part has its parent's. */
  createdBy?: string | null;
  createdScope?: Scope | null;
}

/** Which jobs a list holds. Default: all. */
export interface JobFilter {
  state?: JobState | undefined;
  tool?: string | undefined;
  /** Only the parts of this one. */
  parentJobId?: JobId | undefined;
  /** Whether parts of others are among them. Default: they are. */
  withParts?: boolean | undefined;
}

export interface Enqueued {
  job: Job;
  /** True where the job was there before. */
  deduplicated: boolean;
}

export interface JobFailure extends JobError {
  /** Whether another attempt may succeed without anybody changing anything. */
  retryable: boolean;
  /** What the failing dependency asked for; `null` when it asked for nothing. */
  retryAfterMs: number | null;
  /** Where the manifest of the attempt lies; `null` where it left none. */
  resultRef: string | null;
}

/**
 * Jobs, each done once whatever fails: a worker claims one under a lease that it renews, and only the holder
 * of the lease writes to the job. Methods that take a lease resolve to `false` where it is lost (lapsed and
 * taken, or the job was cancelled): the worker stops and writes nothing more.
 */
export interface JobQueue {
  /** How long a lease lasts; its holder renews it at a third of that. */
  readonly leaseMs: number;
  /** Throws `IDEMPOTENCY_CONFLICT` where the key stands for other parameters. */
  enqueue(job: NewJob, options: CallOptions): Promise<Enqueued>;
  find(jobId: JobId, options: CallOptions): Promise<Job | null>;
  /** Throws `NOT_FOUND`. */
  get(jobId: JobId, options: CallOptions): Promise<Job>;
  /** What the tool answered; `null` where the job has not succeeded. */
  findResult(jobId: JobId, options: CallOptions): Promise<unknown>;
  /** What those parts of a job answered that succeeded, in their order. */
  findPartResults(parentJobId: JobId, options: CallOptions): Promise<unknown[]>;
  /** How many parts of a job are in each state; none for a job that was not split. */
  countParts(parentJobId: JobId, options: CallOptions): Promise<Record<JobState, number>>;
  /** Of those jobs that there are. */
  findStates(jobIds: readonly JobId[], options: CallOptions): Promise<Map<JobId, JobState>>;
  /** The newest first, those behind `after`. */
  list(
    page: JobFilter & { limit: number; after: Pick<Job, 'createdAt' | 'jobId'> | null },
    options: CallOptions,
  ): Promise<Job[]>;
  /** How many a list without an end would hold. */
  count(filter: JobFilter, options: CallOptions): Promise<number>;
  /**
   * The job, `failed` with `CANCELLED`; what works on it stops soon. Throws `NOT_FOUND` and `JOB_FINISHED`.
   */
  cancel(jobId: JobId, options: CallOptions): Promise<Job>;

  /** The job of one of these tools that waits longest, as a new attempt; `null` when none is due. */
  claim({ tools }: { tools: readonly string[] }, options: CallOptions): Promise<LeasedJob | null>;
  renew(lease: JobLease, options: CallOptions): Promise<boolean>;
  /** `progress.pct`, where it is a number above every one before, makes the attempts count anew. */
  saveProgress(lease: JobLease, progress: Record<string, unknown>, options: CallOptions): Promise<boolean>;
  /** `resultRef`: the manifest's address; `null` where the answer itself is the result. */
  succeed(
    lease: JobLease,
    outcome: { result: unknown; resultRef: string | null },
    options: CallOptions,
  ): Promise<boolean>;
  /** Ends the job, or queues it again after a pause where the failure may pass and attempts are left. */
  fail(lease: LeasedJob, failure: JobFailure, options: CallOptions): Promise<boolean>;
  /**
   * Makes the job the parent of others of its tool, one for each of `parts`. It gives up its lease, adds up
   * what they tell and ends when they have, failed where one of them did. Its result names them: `{ parts: [{
   * job_id, state, result_ref }] }`.
   */
  split(lease: LeasedJob, parts: readonly JobPart[], options: CallOptions): Promise<boolean>;
  /** Gives up the lease without counting an attempt. */
  putBack(lease: JobLease, options: CallOptions): Promise<boolean>;

  /**
   * Queues again what has a lapsed lease, and resolves to how many jobs that were. Removes some of the jobs
   * that ended longest ago, past the time that they are kept, each with its parts; their manifests stay.
   */
  sweep(options: CallOptions): Promise<number>;
  /**
   * Queues again every running job: for the new owner of a database that serves one process, whoever had
   * it is gone.
   */
  takeOver(options: CallOptions): Promise<number>;
  /** `listener` hears every change, of other processes too; one may be told twice, late or (seldom) never. */
  subscribe(listener: (change: JobChange) => void): Disposable;
}
