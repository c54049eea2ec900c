import assert from 'node:assert/strict';
import type { JobId, LeasedJob } from '../../../src/domain/jobs/job.ts';
import { BioMcpError, type ErrorCode } from '../../../src/errors/bio-mcp-error.ts';
import type { JobQueue } from '../../../src/queue/job-queue.ts';
import type { HeldClock } from '../time/held-clock.ts';

export const LEASE_MS = 30_000;
export const MAX_ATTEMPTS = 5;
export const KEEP_MS = 90 * 24 * 60 * 60_000;

/** Two queues on one database, as two processes have it; both keep to `clock`. */
export interface OpenedQueues extends AsyncDisposable {
  queue: JobQueue;
  other: JobQueue;
  clock: HeldClock;
  /** Whether a subscription hears `null` once it hears everything; else it does from the start. */
  tellsWhenListening: boolean;
}

export const UNKNOWN = '00000000-0000-4000-8000-000000000000' as JobId;
export const SYNC = { tool: 'pubmed.sync', params: { term: 'glioma' } };
export const PASSING = {
  errorCode: 'PUBMED_UNAVAILABLE',
  message: 'PubMed cannot be reached.',
  retryable: true,
  retryAfterMs: null,
  resultRef: 'file:///manifest.json',
};
export const LASTING = {
  errorCode: 'VALIDATION',
  message: '`term` is wrong.',
  retryable: false,
  retryAfterMs: null,
  resultRef: 'file:///manifest.json',
};
export const ANY = { tools: ['ping', 'pubmed.sync', 'pubmed.sync.incremental', 'pubmed.load'] };

export async function claim(queue: JobQueue, signal: AbortSignal): Promise<LeasedJob> {
  const job = await queue.claim(ANY, { signal });
  assert.ok(job, 'there is a job to claim');
  return job;
}

export async function assertFails(code: ErrorCode, call: Promise<unknown>): Promise<void> {
  await assert.rejects(call, (error) => error instanceof BioMcpError && error.code === code);
}
