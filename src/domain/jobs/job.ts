import type { Scope } from '../caller.ts';
import type { Surface } from '../surface.ts';

declare const brand: unique symbol;
/** A UUID in lower case. */
export type JobId = string & { readonly [brand]: 'JobId' };

export const JOB_STATES = ['queued', 'running', 'succeeded', 'failed'] as const;
/** Queued → running → succeeded or failed; a running job may be queued again. End states never change. */
export type JobState = (typeof JOB_STATES)[number];

/**
 * Why a job failed, for whoever asked for it: a code of the error table, and a sentence that is safe
 * for any caller.
 */
export interface JobError {
  errorCode: string;
  message: string;
}

export interface Job {
  readonly jobId: JobId;
  tool: string;
  /** As the tool takes them: aliases resolved, defaults filled. */
  params: Record<string, unknown>;
  state: JobState;
  /** From 1 at its first start; counted anew once an attempt got further than every one before. */
  attempt: number;
  /**
   * As the tool told it last; `null` before it told anything. `warning` says why an attempt failed
   * that is repeated.
   */
  progress: Record<string, unknown> | null;
  /** Where the result lies: the address of the run's manifest, or the path that answers it over HTTP. */
  resultRef: string | null;
  /** Exactly where the job is `failed`. */
  error: JobError | null;
  /** The job that this one is a part of. */
  parentJobId: JobId | null;
  /** Of the call that asked for it; `null` where it had none. */
  traceId: string | null;
  /** The span of that call, 16 hexadecimal digits, where traces are collected. */
  spanId?: string;
  /** Where the call came in: what it may name of the world outside holds for the job as well. */
  surface: Surface;
  /**
   * Who asked for it over HTTP: a token's name or an issuer's subject; `null`: the operator, or nobody was
   * asked.
   */
  createdBy: string | null;
  /** How far he might go then; `null`: as far as the tool needs. */
  createdScope: Scope | null;
  /** RFC 3339, this and the others. */
  createdAt: string;
  /** Of the first attempt. */
  startedAt: string | null;
  finishedAt: string | null;
  updatedAt: string;
}

/** The right to work on a job until it lapses: only its holder writes to a running job. */
export interface JobLease {
  readonly jobId: JobId;
  readonly leaseId: string;
}

/** A job as a worker claimed it. */
export interface LeasedJob extends Job {
  readonly jobId: JobId;
  readonly leaseId: string;
  startedAt: string;
}

/** A smaller call that comes to a part of the job's. */
export interface JobPart<Params = Record<string, unknown>> {
  params: Params;
  /** Not before the parts in front of it have ended. */
  inTurn: boolean;
}

/** A change of a job, or (`null`) that changes may have been missed. */
export type JobChange = Pick<Job, 'jobId' | 'state'> | null;

/** As text, in any case of its letters. */
export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** `null` when `text` is no UUID. */
export function findJobId(text: string): JobId | null {
  return UUID.test(text) ? (text.toLowerCase() as JobId) : null;
}

export function isEnded({ state }: Pick<Job, 'state'>): boolean {
  return state === 'succeeded' || state === 'failed';
}

/** The path under which HTTP answers a result that is no manifest. */
export function toResultPath(jobId: JobId): string {
  return `/v1/jobs/${jobId}/result`;
}
