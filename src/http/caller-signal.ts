import type { FastifyReply } from 'fastify';

/** Aborts when the caller leaves before the answer is out: nobody waits for the work any more. */
export function toCallerSignal(reply: FastifyReply): AbortSignal {
  const left = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableEnded) left.abort();
  });
  return left.signal;
}
