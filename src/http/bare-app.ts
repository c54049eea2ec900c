import { type FastifyInstance, fastify } from 'fastify';
import { toTraceId } from '../domain/traceparent.ts';
import type { Logger } from '../telemetry/logger.ts';
import { sendAnswersTogether } from './plugins/answers-together.ts';
import { addRouteFacts } from './plugins/route-facts.ts';
import { createSocketErrorAnswer } from './plugins/socket-errors.ts';
import { endUnreadStreams } from './plugins/unread-streams.ts';
import { sendNowhere } from './plugins/unreadable-addresses.ts';

export interface BareAppOptions {
  logger: Logger;
  /** Whether callers show a credential. */
  isGuarded: boolean;
  /** Where others reach this server, without a slash at its end; `null`: as each request names it. */
  publicUrl: string | null;
  /** Proxies whose word on where a request came from is believed. */
  trustedProxies: readonly string[];
}

const BODY_LIMIT_BYTES = 1_048_576;
/**
 * Longer than the 120 s that a load balancer may keep a connection idle, or it would send into a closed one.
 */
const KEEP_ALIVE_TIMEOUT_MS = 125_000;
/** For the whole request to arrive; an answer may take longer. */
const REQUEST_TIMEOUT_MS = 30_000;
const HEADERS_TIMEOUT_MS = 10_000;
/** How late Node notices either of them. */
const CHECK_CONNECTIONS_MS = 5_000;

/** What every app of ours is made from: its limits, and its words for what is no request of HTTP. */
export function createBareApp({
  logger,
  isGuarded,
  publicUrl,
  trustedProxies,
}: BareAppOptions): FastifyInstance {
  const app: FastifyInstance = fastify({
    logger: false,
    bodyLimit: BODY_LIMIT_BYTES,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    // A request that came in before the server closes is answered like any other.
    return503OnClosing: false,
    // Node would answer a request without a host by itself; `addErrorAnswers` does it in its own form.
    http: {
      requireHostHeader: false,
      headersTimeout: HEADERS_TIMEOUT_MS,
      connectionsCheckingInterval: CHECK_CONNECTIONS_MS,
    },
    trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
    requestIdHeader: false,
    genReqId: ({ headers }) => toTraceId(headers.traceparent),
    frameworkErrors: (error, request, reply) => sendNowhere(app, error, request, reply),
    clientErrorHandler: createSocketErrorAnswer({ logger, isGuarded, publicUrl }),
  });
  // Of what a request expects, Node knows 100-continue; for anything else it would answer without a body.
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response));
  addRouteFacts(app);
  sendAnswersTogether(app);
  endUnreadStreams(app);
  return app;
}
