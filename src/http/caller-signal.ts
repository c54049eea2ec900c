import type { FastifyReply } from 'fastify';
import { whenClosed } from './plugins/closed-replies.ts';

/** Aborts when the caller leaves before the answer is out: nobody waits for the work any more. */
export function toCallerSignal(reply: FastifyReply): AbortSignal {
  const left = new AbortController();
  whenClosed(reply, () => {
    if (!reply.raw.writableEnded) left.abort();
  });
  return left.signal;
}
