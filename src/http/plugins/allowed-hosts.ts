import type { FastifyInstance } from 'fastify';
import { BioMcpError } from '../../errors/bio-mcp-error.ts';
import { isLoopback } from '../loopback.ts';
import { isProbe } from '../probe-paths.ts';
import { toPath } from './error-answers.ts';

/** A name or an IPv4 address, or an IPv6 address in brackets, and maybe a port. */
const HOST = /^(?:\[([0-9a-f:.]+)\]|([^:@/?#[\]\s]+))(?::\d{1,5})?$/i;
const ORIGIN = /^https?:\/\/(.+)$/i;
const ABSOLUTE = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i;
const FOREIGN =
  'The request names a host or an origin that this server does not answer for; its operator can allow it with BIO_MCP_HTTP_ALLOWED_HOSTS.';

/**
 * Refuses what a web page may have made a browser send: requests that name another host (a foreign name that
 * was made to lead here), and those of a page from elsewhere. `hosts` are names and addresses without a port;
 * loopback is always allowed. Probes are asked by any address, and tell nothing.
 */
export function refuseForeignHosts(app: FastifyInstance, { hosts }: { hosts: readonly string[] }): void {
  const names = new Set(hosts.map((host) => host.toLowerCase().replaceAll(/^\[|\]$/g, '')));

  /** Almost every request names the same. */
  let lastAllowed: string | undefined;

  function isAllowed(host: string): boolean {
    const [, address, name] = HOST.exec(host) ?? [];
    const found = (address ?? name)?.toLowerCase();
    return found !== undefined && (names.has(found) || isLoopback(found));
  }

  /** `null`, which a page without an origin of its own sends, is none of ours. */
  function isAllowedOrigin(origin: string): boolean {
    const [, host] = ORIGIN.exec(origin) ?? [];
    return host !== undefined && isAllowed(host);
  }

  /**
   * It may name a host of its own, which then counts:
   * https://www.rfc-editor.org/rfc/rfc9112#section-3.2.2
   */
  function isAllowedAddress(url: string): boolean {
    if (url.startsWith('/')) return true;
    const [, host] = ABSOLUTE.exec(url) ?? [];
    return host === undefined || isAllowed(host);
  }

  app.addHook('onRequest', (request, _reply, done) => {
    const { host, origin } = request.headers;
    // A request of HTTP/1.0 may name no host; no browser sends one.
    const isOurHost = host === undefined || host === lastAllowed || isAllowed(host);
    if (isOurHost) lastAllowed = host;
    const isOurs =
      isOurHost && (origin === undefined || isAllowedOrigin(origin)) && isAllowedAddress(request.url);
    if (isOurs || isProbe(toPath(request.url))) done();
    else done(new BioMcpError('FORBIDDEN', FOREIGN));
  });
}
