import type { FastifyInstance } from 'fastify';
import { BioMcpError, NotFoundError } from '../../errors/bio-mcp-error.ts';
import { toPath } from './error-answers.ts';
import { findAddressFault } from './unreadable-addresses.ts';

/**
 * Refuses addresses that there are not, and methods that an address does not answer, before any body is
 * looked at: Fastify would find fault with the body first.
 */
export function refuseMisses(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    if (!request.is404) return done();
    const fault = findAddressFault(request);
    if (fault !== undefined) return done(fault as Error); // Fastify's own
    const path = toPath(request.url);
    const methods = app.supportedMethods.filter((method) => app.findRoute({ url: path, method }) !== null);
    if (methods.length > 0) reply.header('allow', methods.join(', '));
    done(toMiss(request.method, path.slice(0, 100), methods));
  });
  // Without a handler of our own Fastify would run no hook for what it cannot route.
  app.setNotFoundHandler(({ method, url }) => {
    throw toMiss(method, toPath(url).slice(0, 100), []);
  });
}

function toMiss(method: string, path: string, methods: readonly string[]): BioMcpError {
  const sentence = `There is no ${method} ${path}.`;
  return methods.length === 0
    ? new NotFoundError(`${sentence} GET /v1/mcp/tools lists what there is.`)
    : new BioMcpError('METHOD_NOT_ALLOWED', `${sentence} This address answers ${methods.join(', ')}.`);
}
