import type { FastifyInstance } from 'fastify';
import { codeOf } from '../errors/code-of.ts';
import { ConfigError } from '../errors/config-error.ts';
import { isLoopback } from './loopback.ts';
import { tuneHeapForRequests } from './young-requests.ts';

/**
 * A listening server. Disposing of it takes no new requests, lets the running ones finish, then closes `app`.
 * What still runs after `patienceMs` is cancelled and answered 503; what has not even read that is cut off.
 */
export interface HttpServer extends AsyncDisposable {
  /** With the port that was really taken: `http://127.0.0.1:8080`. */
  readonly url: string;
}

/** Throws `ConfigError`, one sentence, where it cannot or must not listen at this address. */
export async function startHttpServer({
  app,
  host,
  port,
  portSetting = 'BIO_MCP_HTTP_PORT',
  isGuarded = false,
  isPrivateNetwork = false,
  patienceMs = DEFAULT_PATIENCE_MS,
  lastAnswersMs = DEFAULT_LAST_ANSWERS_MS,
}: {
  app: FastifyInstance;
  host: string;
  port: number;
  /** Whoever reads that the port cannot be had is told which setting names it. */
  portSetting?: string;
  /** Whether callers show a credential. Default false. */
  isGuarded?: boolean;
  /** Whether only trusted callers can reach the address. Default false. */
  isPrivateNetwork?: boolean;
  /** Default 20 s. */
  patienceMs?: number;
  /** How long the answers to what was cancelled have to leave. Default 0.5 s. */
  lastAnswersMs?: number;
}): Promise<HttpServer> {
  requireSafeAddress({ host, isGuarded, isPrivateNetwork });
  tuneHeapForRequests();
  try {
    const url = await app.listen({ host, port });
    return { url, [Symbol.asyncDispose]: () => close(app, { patienceMs, lastAnswersMs }) };
  } catch (error) {
    await app.close();
    throw toListenError(error, { host, port, portSetting });
  }
}

/** Throws `ConfigError` where strangers could reach a server that asks nobody who he is. */
export function requireSafeAddress({
  host,
  isGuarded,
  isPrivateNetwork,
}: {
  host: string;
  isGuarded: boolean;
  isPrivateNetwork: boolean;
}): void {
  if (isLoopback(host) || isGuarded || isPrivateNetwork) return;
  throw new ConfigError([
    'BIO_MCP_HTTP_HOST is no loopback address, and callers show no credential: set BIO_MCP_AUTH (bearer, oidc or both), or ' +
      'BIO_MCP_HTTP_PRIVATE_NETWORK=true where only trusted callers can reach it.',
  ]);
}

const DEFAULT_PATIENCE_MS = 20_000;
const DEFAULT_LAST_ANSWERS_MS = 500;

async function close(
  app: FastifyInstance,
  { patienceMs, lastAnswersMs }: { patienceMs: number; lastAnswersMs: number },
): Promise<void> {
  let timer = setTimeout(() => {
    app.letGo();
    timer = setTimeout(() => app.server.closeAllConnections(), lastAnswersMs);
  }, patienceMs);
  try {
    await app.close();
  } finally {
    clearTimeout(timer);
    // What outlives its request, since its caller hung up.
    app.letGo();
  }
}

function toListenError(
  error: unknown,
  { host, port, portSetting }: { host: string; port: number; portSetting: string },
): unknown {
  const code = codeOf(error);
  if (code === 'EADDRINUSE') {
    return new ConfigError([
      `Port ${port} is already in use on ${host}: stop what listens there, or set ${portSetting} to another.`,
    ]);
  }
  if (code === 'EACCES') {
    return new ConfigError([
      `Port ${port} may not be used by this user: set ${portSetting} to one above 1023.`,
    ]);
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return new ConfigError([
      'BIO_MCP_HTTP_HOST is no address, and no name that is known here: set it to an address of this machine, such as 127.0.0.1.',
    ]);
  }
  if (code === 'EADDRNOTAVAIL') {
    return new ConfigError([`BIO_MCP_HTTP_HOST: ${host} is no address of this machine.`]);
  }
  return error;
}
