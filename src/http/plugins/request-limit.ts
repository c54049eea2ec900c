import type { FastifyInstance } from 'fastify';
import type { Limits } from '../limits.ts';
import { isWatching } from '../probe-paths.ts';
import { whenClosed } from './closed-replies.ts';
import { toPath } from './error-answers.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The request's slot among all that are answered at once; `null` where it needs none. */
    slot: Disposable | null;
  }
}

/**
 * Refuses what is over the limit before its body is read. The slot is taken once the body is there, so that
 * no caller holds one by sending slowly, and is free when the answer is out or the caller left. Who left
 * before that is not served.
 */
export function limitRequests(app: FastifyInstance, { limits }: { limits: Limits }): void {
  app.decorateRequest('slot', null);
  app.addHook('onRequest', (request, _reply, done) => {
    if (!isWatching(toPath(request.url))) limits.enterRequest()[Symbol.dispose]();
    done();
  });
  app.addHook('preValidation', (request, reply, done) => {
    // His line in the log is written: what he asked for is not done behind it.
    if (reply.raw.closed) {
      reply.hijack();
      return;
    }
    if (isWatching(toPath(request.url))) return done();
    const slot = limits.enterRequest();
    request.slot = slot;
    whenClosed(reply, () => slot[Symbol.dispose]());
    done();
  });
}
