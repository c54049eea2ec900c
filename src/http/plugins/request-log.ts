import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '../../telemetry/logger.ts';
import { isProbe } from '../probe-paths.ts';
import { whenClosed } from './closed-replies.ts';
import { toPath } from './error-answers.ts';
import { toAudit } from './guard.ts';

/** Not a status that is sent: nginx's word for a caller who left before the answer. */
const CALLER_LEFT = 499;

/**
 * One line a request, and its trace id as `x-trace-id` on every answer. Probes that succeed are
 * logged as `debug`.
 */
export function addRequestLog(app: FastifyInstance, { logger }: { logger: Logger }): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-trace-id', request.id);
    const startedAt = performance.now();
    whenClosed(reply, () => logRequest(logger, request, reply, performance.now() - startedAt));
    done();
  });
}

function logRequest(logger: Logger, request: FastifyRequest, reply: FastifyReply, elapsedMs: number): void {
  const path = toPath(request.originalUrl);
  const status = reply.raw.writableEnded ? reply.statusCode : CALLER_LEFT;
  const fields = {
    trace_id: request.id,
    ...(request.toolName === null ? {} : { tool: request.toolName }),
    ...(request.errorCode === null ? {} : { error_code: request.errorCode }),
    method: request.method,
    path,
    status,
    latency_ms: Math.round(elapsedMs * 10) / 10,
    ...(request.by === null || request.by.name === null ? {} : { by: request.by.name }),
  };
  const audit = toAudit({ request, status });
  if (audit !== null) logger.info(audit, 'audit');
  if (isProbe(path) && status === 200) logger.debug(fields, 'request');
  else logger.info(fields, 'request');
}
