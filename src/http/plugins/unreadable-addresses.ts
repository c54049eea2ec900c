import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** No route is there. */
const NOWHERE = '/%25';
const FAULT = Symbol('why the address cannot be read');
type Faulty = IncomingMessage & { [FAULT]?: unknown };

/**
 * Fastify refuses an address that it cannot read before any hook runs, without a guard and a log. Here such a
 * request goes on to where there is no route, and is refused with `error` by what refuses a miss.
 */
export function sendNowhere(
  app: FastifyInstance,
  error: unknown,
  { raw: request }: FastifyRequest,
  { raw: reply }: FastifyReply,
): void {
  // The log reads the original one.
  Object.assign(request, { [FAULT]: error, originalUrl: request.url, url: NOWHERE });
  app.routing(request, reply);
}

/** Why the address of the request cannot be read; `undefined`: it can. */
export function findAddressFault({ raw }: FastifyRequest): unknown {
  return (raw as Faulty)[FAULT]; // `sendNowhere` put it there
}
