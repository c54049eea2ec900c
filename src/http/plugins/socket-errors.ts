import type { Socket } from 'node:net';
import { createTraceId } from '../../domain/traceparent.ts';
import { BioMcpError, ValidationError } from '../../errors/bio-mcp-error.ts';
import { toErrorEnvelope } from '../../errors/error-envelope.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { toBearer } from './challenges.ts';

/** Node's own codes: https://nodejs.org/api/http.html#event-clienterror */
const SENTENCES: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: 'The headers of the request are larger than 16 KiB.',
  ERR_HTTP_REQUEST_TIMEOUT: 'The request did not arrive in time.',
};

/** No credential can be read of headers that Node does not take. */
const TOO_LARGE = 'The headers of the request are larger than 16 KiB, so that no credential can be read.';

/** Answers bytes that are no HTTP request with the error envelope too, and closes the connection. */
export function createSocketErrorAnswer({
  logger,
  isGuarded,
  publicUrl,
}: {
  logger: Logger;
  isGuarded: boolean;
  /** Without a slash at its end; `null`: nothing tells it, since no header was read. */
  publicUrl: string | null;
}) {
  return (error: NodeJS.ErrnoException, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const traceId = createTraceId();
    const isUnread = isGuarded && error.code === 'HPE_HEADER_OVERFLOW';
    const refusal = isUnread
      ? new BioMcpError('UNAUTHENTICATED', TOO_LARGE, { cause: error })
      : new ValidationError(SENTENCES[error.code ?? ''] ?? 'The request is no valid HTTP.', { cause: error });
    const { status, body } = toErrorEnvelope(refusal, { traceId, tool: null });
    const told = { trace_id: traceId, status, error_code: body.error_code, reason: error.code };
    const from = socket.remoteAddress;
    if (isUnread) logger.info({ audit: 'refused', by: null, via: null, from, what: null, ...told }, 'audit');
    logger.info({ ...told, from }, 'request');
    const text = JSON.stringify(body);
    socket.end(
      [
        isUnread ? 'HTTP/1.1 401 Unauthorized' : 'HTTP/1.1 400 Bad Request',
        ...(isUnread
          ? [`www-authenticate: ${toBearer(publicUrl, { error: 'invalid_token', scope: 'bio:read' })}`]
          : []),
        'content-type: application/json; charset=utf-8',
        `content-length: ${Buffer.byteLength(text)}`,
        `x-trace-id: ${traceId}`,
        'connection: close',
        '',
        text,
      ].join('\r\n'),
    );
  };
}
