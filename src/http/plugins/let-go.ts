import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { BioMcpError } from '../../errors/bio-mcp-error.ts';
import { toErrorEnvelope } from '../../errors/error-envelope.ts';
import { type Member, YoungSet } from '../young-set.ts';
import { whenClosed } from './closed-replies.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /**
     * Ends what works for the request, when the process cannot wait any longer; `null` until something does.
     */
    cancel: ((reason: BioMcpError) => void) | null;
  }
  interface FastifyInstance {
    /** Cancels what still runs, and answers it 503; what comes later on is answered the same. */
    letGo(): void;
    /** Aborts then: for work that outlives its request. */
    lettingGo: AbortSignal;
  }
}

class Running implements Member {
  readonly reply: FastifyReply;
  place = -1;

  constructor(reply: FastifyReply) {
    this.reply = reply;
  }
}

/**
 * Makes `app.letGo` work: a request may hang for as long as what it asked hangs, and a process that
 * ends may not.
 */
export function addLetGo(app: FastifyInstance): void {
  const running = new YoungSet<Running>();
  const lettingGo = new AbortController();
  app.decorateRequest('cancel', null);
  app.addHook('onRequest', (_request, reply, done) => {
    if (lettingGo.signal.aborted) return done(toEnding());
    const one = new Running(reply);
    running.add(one);
    whenClosed(reply, () => running.delete(one));
    done();
  });
  app.decorate('lettingGo', lettingGo.signal);
  app.decorate('letGo', () => {
    for (const { reply } of running.list()) {
      answer(reply.request, reply, toEnding());
      reply.request.cancel?.(toEnding());
    }
    lettingGo.abort(toEnding());
  });
}

/** Ends one request: answers it with `error` where nothing was answered yet, and stops what works for it. */
export function endRequest(request: FastifyRequest, reply: FastifyReply, error: BioMcpError): void {
  const wasStreaming = reply.raw.headersSent;
  answer(request, reply, error);
  if (request.cancel !== null) request.cancel(error);
  else if (wasStreaming) reply.raw.destroy();
}

function answer(request: FastifyRequest, reply: FastifyReply, error: BioMcpError): void {
  const { raw } = reply;
  reply.server.sendWaiting();
  // The work behind a stream is told as well, and ends it with its own last words.
  if (raw.headersSent) return;
  // Each route's own form of an error; a route that answers by itself has none.
  if (!reply.sent) {
    reply.send(error);
    return;
  }
  const { status, body, retryAfterSeconds } = toErrorEnvelope(error, {
    traceId: request.id,
    tool: request.toolName,
  });
  request.errorCode = body.error_code;
  const headers = {
    'content-type': 'application/json',
    ...(retryAfterSeconds === null ? {} : { 'retry-after': String(retryAfterSeconds) }),
    connection: 'close',
  };
  raw.writeHead(status, headers).end(JSON.stringify(body));
}

function toEnding(): BioMcpError {
  return new BioMcpError(
    'SHUTTING_DOWN',
    'The service is being stopped; send the request again in a moment.',
  );
}
