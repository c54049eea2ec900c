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
    const listMethods = (url: string) =>
      app.supportedMethods.filter((method) => app.findRoute({ url, method }) !== null);
    const methods = listMethods(path);
    if (methods.length > 0) reply.header('allow', methods.join(', '));
    const isSlashTooMuch = path.endsWith('/') && listMethods(path.slice(0, -1)).length > 0;
    done(toMiss(request.method, path.slice(0, 100), { methods, isSlashTooMuch }));
  });
  // Without a handler of our own Fastify would run no hook for what it cannot route.
  app.setNotFoundHandler(({ method, url }) => {
    throw toMiss(method, toPath(url).slice(0, 100), { methods: [], isSlashTooMuch: false });
  });
}

function toMiss(
  method: string,
  path: string,
  { methods, isSlashTooMuch }: { methods: readonly string[]; isSlashTooMuch: boolean },
): BioMcpError {
  const sentence = `There is no ${method} ${path}.`;
  const advice = isSlashTooMuch ? 'Leave out the slash at its end' : 'GET /v1/mcp/tools lists what there is';
  return methods.length === 0
    ? new NotFoundError(`${sentence} ${advice}.`)
    : new BioMcpError('METHOD_NOT_ALLOWED', `${sentence} This address answers ${methods.join(', ')}.`);
}
