import type { FastifyReply } from 'fastify';
import { whenClosed } from './plugins/closed-replies.ts';

/**
 * Aborts when the caller leaves before the answer is out, or the process lets go of the request: nobody
 * waits any more.
 */
export function toCallerSignal(reply: FastifyReply): AbortSignal {
  const left = new AbortController();
  whenClosed(reply, () => {
    if (!reply.raw.writableEnded) left.abort();
  });
  reply.request.cancel = (reason) => left.abort(reason);
  return left.signal;
}
