import type { FastifyRequest } from 'fastify';
import { findParentSpan } from '../domain/traceparent.ts';
import { BioMcpError } from '../errors/bio-mcp-error.ts';
import type { Catalogue } from '../tools/catalogue.ts';
import type { ToolInvoker } from '../tools/tool-invoker.ts';
import { type Invocation, toJobBody } from './invocation.ts';

export interface CallToolNeeds<Services> {
  catalogue: Catalogue<Services>;
  /** Refuses what is over a limit. */
  invoker: Pick<ToolInvoker, 'call'>;
}

/**
 * Calls a short tool as the caller of `request`, under its scopes: the only way in over HTTP, for programs
 * and for pages.
 */
export async function callTool<Services>(
  { catalogue, invoker }: CallToolNeeds<Services>,
  request: FastifyRequest,
  call: Invocation,
  { signal }: { signal: AbortSignal },
): Promise<unknown> {
  const { tool: name, params, idempotency_key: idempotencyKey } = call;
  const tool = catalogue.get(name);
  request.requireScope(tool);
  if (tool.kind === 'long') {
    throw new BioMcpError(
      'TOOL_REQUIRES_JOB',
      `${name} runs longer than a request may; send it as a job: POST /v1/jobs ${toJobBody(tool, call)}`,
    );
  }
  const traceId = request.id;
  const by = request.by ?? undefined;
  const parentSpanId = findParentSpan(request.headers.traceparent, traceId);
  const traced = { traceId, parentSpanId } as const;
  return invoker.call(
    {
      tool: name,
      params,
      ...traced,
      detach: true,
      surface: 'http',
      idempotencyKey: idempotencyKey ?? undefined,
      by,
    },
    { signal },
  );
}
