import type { CallOptions } from '../domain/call-options.ts';
import type { Surface } from '../domain/surface.ts';
import type { Enqueued, JobQueue } from '../queue/job-queue.ts';
import type { Catalogue } from './catalogue.ts';
import { parseParams } from './define-tool.ts';

export interface JobRequest {
  tool: string;
  /** As the caller wrote them. */
  params: unknown;
  idempotencyKey?: string | null;
  traceId?: string | null;
  surface: Surface;
}

export interface EnqueueParts<Services> {
  catalogue: Catalogue<Services>;
  services: Services;
  jobs: Pick<JobQueue, 'enqueue'>;
}

/**
 * Makes a job of a call, of a short tool or a long one. Throws `TOOL_NOT_FOUND`, `VALIDATION` and
 * `IDEMPOTENCY_CONFLICT`.
 */
export async function enqueueJob<Services>(
  { catalogue, services, jobs }: EnqueueParts<Services>,
  { tool: name, params, idempotencyKey = null, traceId = null, surface }: JobRequest,
  options: CallOptions,
): Promise<Enqueued> {
  const tool = catalogue.get(name);
  const parsed = parseParams(tool, params);
  await tool.check?.(parsed, { services, surface });
  const job = { tool: tool.name, params: parsed, idempotencyKey, traceId, surface };
  return jobs.enqueue(job, options);
}
