import type { CallOptions } from '../../domain/call-options.ts';
import type { Caller } from '../../domain/caller.ts';
import type { Surface } from '../../domain/surface.ts';
import type { Enqueued, JobQueue } from '../../queue/job-queue.ts';
import type { Catalogue } from '../catalogue.ts';
import { parseParams } from '../params/parse-params.ts';
import { inWrittenNames } from '../params/written-names.ts';
import { requireScope } from '../require-scope.ts';

export interface JobRequest {
  tool: string;
  /** As the caller wrote them. */
  params: unknown;
  idempotencyKey?: string | null;
  traceId?: string | null;
  surface: Surface;
  /** Who asks, over HTTP; absent: the operator. */
  by?: Caller | undefined;
}

export interface EnqueueNeeds<Services> {
  catalogue: Catalogue<Services>;
  services: Services;
  jobs: Pick<JobQueue, 'enqueue'>;
}

/**
 * Makes a job of a call, of a short tool or a long one. Throws `TOOL_NOT_FOUND`, `FORBIDDEN`,
 * `VALIDATION` and `IDEMPOTENCY_CONFLICT`.
 */
export async function enqueueJob<Services>(
  { catalogue, services, jobs }: EnqueueNeeds<Services>,
  { tool: name, params, idempotencyKey = null, traceId = null, surface, by }: JobRequest,
  options: CallOptions,
): Promise<Enqueued> {
  const tool = catalogue.get(name);
  if (by !== undefined) requireScope(by, tool);
  const parsed = parseParams(tool, params);
  await inWrittenNames(tool, params, async () => tool.check?.(parsed, { services, surface }));
  const { name: createdBy = null, scope: createdScope = null } = by?.via === 'nothing' ? {} : (by ?? {});
  const call = { tool: tool.name, params: parsed, idempotencyKey, traceId };
  const job = { ...call, surface, createdBy, createdScope };
  return jobs.enqueue(job, options);
}
