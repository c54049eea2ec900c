import type { FastifyInstance, FastifyReply } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** For `whenClosed` only; `null` until somebody listens. */
    closeListeners: (() => void)[] | null;
  }
}

/** Makes `whenClosed` work. */
export function noticeClosedReplies(app: FastifyInstance): void {
  app.decorateRequest('closeListeners', null);
}

/**
 * Calls `listener` once, when the answer is out or the caller has left; all share one listener of Node,
 * which are dear.
 */
export function whenClosed({ request, raw }: FastifyReply, listener: () => void): void {
  if (request.closeListeners !== null) {
    request.closeListeners.push(listener);
    return;
  }
  const listeners = [listener];
  request.closeListeners = listeners;
  raw.on('close', () => {
    for (const one of listeners) one();
  });
}
