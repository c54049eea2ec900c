import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Limits } from './limits.ts';

/**
 * Answers with Server-Sent Events until they end. A stream has a slot of its own kind and gives the request's
 * back, so that listeners cannot starve the rest.
 */
export function sendEvents(
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
  events: AsyncIterable<string>,
  limits: Pick<Limits, 'enterStream'>,
): FastifyReply {
  const slot = limits.enterStream(request.by);
  request.slot?.[Symbol.dispose]();
  // One event at a time: a caller who reads slowly gets the newest state, never a backlog.
  const stream = Readable.from(events, { objectMode: true, highWaterMark: 1 });
  stream.once('close', () => slot[Symbol.dispose]());
  reply.header('content-type', 'text/event-stream; charset=utf-8');
  reply.header('cache-control', 'no-store');
  reply.header('x-accel-buffering', 'no'); // nginx would hold events back
  return reply.send(stream);
}
