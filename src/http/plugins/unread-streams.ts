import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';

/**
 * Ends the stream of an answer to HEAD before anything is read of it. Fastify would read it to its end, long
 * after the caller has the headers: that of a job's events ends with the job.
 */
export function endUnreadStreams(app: FastifyInstance): void {
  app.addHook('onSend', ({ method }, _reply, payload, done) => {
    if (method !== 'HEAD' || !(payload instanceof Readable)) return done(null, payload);
    payload.destroy();
    done(null, Readable.from([]));
  });
}
