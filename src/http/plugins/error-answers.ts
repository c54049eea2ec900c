import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { BioMcpError, ValidationError } from '../../errors/bio-mcp-error.ts';
import { type ErrorAnswer, toErrorEnvelope } from '../../errors/error-envelope.ts';
import type { Logger } from '../../telemetry/logger.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The tool that the request asked for; `null` until one is known. */
    toolName: string | null;
    /** The code of the error that answered; `null` where none did. */
    errorCode: string | null;
  }
}

/**
 * What Fastify refuses before a route sees the request, in our own words:
 * https://fastify.dev/docs/latest/Reference/Errors/
 */
const REFUSALS: Readonly<Record<string, string>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'Send the request as JSON, with the header content-type: application/json.',
  FST_ERR_CTP_EMPTY_TYPE: 'Send the request as JSON, with the header content-type: application/json.',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'The request has no body: send a JSON object.',
  FST_ERR_CTP_INVALID_JSON_BODY: 'The request body is no valid JSON, or has a key __proto__ or constructor.',
  FST_ERR_CTP_BODY_TOO_LARGE: 'The request body is larger than 1 MiB.',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'The request body is not as long as its content-length says.',
  FST_ERR_BAD_URL: 'The address of the request is no valid URL.',
  FST_ERR_MAX_PARAM_LENGTH: 'The address of the request names something by more than 100 characters.',
  FST_ERR_ASYNC_CONSTRAINT: 'The request cannot be routed.',
};

/** Every failure leaves as the error envelope: what Fastify refuses, and whatever a route throws. */
export function addErrorAnswers(app: FastifyInstance, { logger }: { logger: Logger }): void {
  app.decorateRequest('toolName', null);
  app.decorateRequest('errorCode', null);
  // https://www.rfc-editor.org/rfc/rfc9112#section-3.2: such a request must be refused.
  app.addHook('onRequest', ({ raw: { httpVersion, headers, rawHeaders } }, _reply, done) => {
    if (httpVersion === '1.1' && headers.host === undefined) {
      done(new ValidationError('The request has no host header.'));
    } else if (countHosts(rawHeaders) > 1) {
      done(new ValidationError('The request has more than one host header.'));
    } else done();
  });
  app.setErrorHandler((error, request, reply) => sendError(error, { request, reply, logger }));
}

interface Exchange {
  request: FastifyRequest;
  reply: FastifyReply;
  logger: Logger;
}

/** Answers with the error envelope of `error`. */
export function sendError(error: unknown, exchange: Exchange): FastifyReply {
  return exchange.reply.send(tellError(error, exchange).body);
}

/** Sets status and headers of the answer; what is our failure also goes to the log, with its stack. */
export function tellError(error: unknown, { request, reply, logger }: Exchange): ErrorAnswer {
  const answer = toErrorEnvelope(toRefusal(error), { traceId: request.id, tool: request.toolName });
  const { status, body, retryAfterSeconds } = answer;
  request.errorCode = body.error_code;
  if (status >= 500) {
    logger.error({ trace_id: request.id, tool: request.toolName, err: error }, 'a request failed');
  }
  if (status === 401 || status === 403) reply.challenge(error);
  if (retryAfterSeconds !== null) reply.header('retry-after', String(retryAfterSeconds));
  reply.code(status);
  return answer;
}

/** A refusal of Fastify as the caller's own fault; everything else stays as it is. */
function toRefusal(error: unknown): unknown {
  if (error instanceof BioMcpError || !(error instanceof Error)) return error;
  const { code, statusCode } = error as Error & { code?: unknown; statusCode?: unknown };
  const known = typeof code === 'string' ? REFUSALS[code] : undefined;
  if (known !== undefined) return new ValidationError(known, { message: error.message, cause: error });
  const isCallersFault = typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500;
  return isCallersFault ? new ValidationError('The request is malformed.', { cause: error }) : error;
}

/** Node keeps the first, and a proxy before us may have gone by another. */
function countHosts(rawHeaders: readonly string[]): number {
  let count = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at];
    if (name?.length === 4 && name.toLowerCase() === 'host') count += 1;
  }
  return count;
}

export function toPath(url: string): string {
  const end = url.indexOf('?');
  return end < 0 ? url : url.slice(0, end);
}
