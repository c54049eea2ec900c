import type { FastifyRequest } from 'fastify';
import { findParentSpan } from '../domain/traceparent.ts';
import type { Enqueued, JobQueue } from '../queue/job-queue.ts';
import { toCallFacts } from '../telemetry/span-facts.ts';
import type { Tracer } from '../telemetry/tracer.ts';
import type { Catalogue } from '../tools/catalogue.ts';
import { enqueueJob } from '../tools/jobs/enqueue-job.ts';
import type { Invocation } from './invocation.ts';

export interface PostJobNeeds<Services> {
  catalogue: Catalogue<Services>;
  services: Services;
  queue: JobQueue;
  tracer: Tracer;
}

/** Makes a job of a call, as the caller of `request`, under its scopes. */
export async function postJob<Services>(
  { catalogue, services, queue, tracer }: PostJobNeeds<Services>,
  request: FastifyRequest,
  { tool, params, idempotency_key }: Invocation,
): Promise<Enqueued> {
  request.requireScope(catalogue.get(tool));
  const { id: traceId } = request;
  const idempotencyKey = idempotency_key ?? null;
  const from = { traceId, parentId: findParentSpan(request.headers.traceparent, traceId) ?? null };
  return tracer.enter(toCallFacts({ tool, surface: 'http' }), from, () =>
    enqueueJob(
      { catalogue, services, jobs: queue },
      { tool, params, idempotencyKey, traceId, surface: 'http', by: request.by ?? undefined },
      // A job that was asked for is made, also where its caller did not wait for the answer.
      { signal: new AbortController().signal },
    ),
  );
}
