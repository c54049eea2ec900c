import type { FastifyInstance, FastifyReply } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** For `whenClosed` only; `null` until somebody listens. */
    lastCloseListener: CloseListener | null;
  }
}

/** Makes `whenClosed` work. */
export function noticeClosedReplies(app: FastifyInstance): void {
  app.decorateRequest('lastCloseListener', null);
}

/**
 * Calls `listener` once, when the answer is out or the caller has left, and at once where he has left
 * already, as one may while his credential is looked at. All share one listener of Node, which are dear.
 */
export function whenClosed({ request, raw }: FastifyReply, listener: () => void): void {
  if (raw.closed) {
    listener();
    return;
  }
  const added = new CloseListener(listener);
  const { lastCloseListener: last } = request;
  request.lastCloseListener = added;
  if (last !== null) {
    last.next = added;
    return;
  }
  raw.on('close', () => {
    for (let one: CloseListener | null = added; one !== null; one = one.next) one.listener();
  });
}

/** No array, of which V8 soon makes old objects, with their requests: see `young-requests.ts`. */
class CloseListener {
  readonly listener: () => void;
  next: CloseListener | null = null;

  constructor(listener: () => void) {
    this.listener = listener;
  }
}
