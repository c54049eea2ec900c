import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { toLatency } from '../../telemetry/latency.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Metrics } from '../../telemetry/metrics.ts';
import { isWatching } from '../probe-paths.ts';
import { whenClosed } from './closed-replies.ts';
import { toPath } from './error-answers.ts';
import { toAudit } from './guard.ts';

/** Not a status that is sent: nginx's word for a caller who left before the answer. */
const CALLER_LEFT = 499;

export interface RequestLogNeeds {
  logger: Logger;
  metrics: Pick<Metrics, 'countRequest'>;
}

/**
 * One line a request, and its trace id as `x-trace-id` on every answer. Probes and scrapes that succeed are
 * logged as `debug`; they are what watches, and not counted.
 */
export function addRequestLog(app: FastifyInstance, needs: RequestLogNeeds): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-trace-id', request.id);
    const startedAt = performance.now();
    whenClosed(reply, () => logRequest(needs, request, reply, performance.now() - startedAt));
    done();
  });
}

function logRequest(
  { logger, metrics }: RequestLogNeeds,
  request: FastifyRequest,
  reply: FastifyReply,
  latencyMs: number,
): void {
  const { toolName: tool, errorCode } = request;
  const path = toPath(request.originalUrl);
  const status = reply.raw.writableEnded ? reply.statusCode : CALLER_LEFT;
  const fields = {
    trace_id: request.id,
    tool: tool ?? undefined,
    error_code: errorCode ?? undefined,
    method: request.method,
    path,
    status,
    latency_ms: toLatency(latencyMs),
    by: request.by?.name ?? undefined,
  };
  const audit = toAudit({ request, status });
  if (audit !== null) logger.info(audit, 'audit');
  if (isWatching(path)) {
    if (status === 200) logger.debug(fields, 'request');
    else logger.request(fields);
    return;
  }
  const surface = request.route.url === '/mcp' ? 'mcp' : 'http';
  metrics.countRequest({ tool, surface, errorCode, latencyMs });
  logger.request(fields);
}
