import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import helmet from 'helmet';

/** No page of ours may load, run or be framed by anything; a route whose page needs more says so itself. */
const POLICY = { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } };

/**
 * What tells a browser to do as little as possible with an answer. `publicUrl` in https makes it stay with
 * https.
 */
export function addSecurityHeaders(app: FastifyInstance, { publicUrl }: { publicUrl: string | null }): void {
  const headers = listHeaders(publicUrl?.startsWith('https:') ?? false);
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(headers);
    done();
  });
}

/** They are the same for every answer, and making them costs more than a short call. */
function listHeaders(isHttps: boolean): Record<string, string> {
  const headers: Record<string, string> = {};
  const secure = helmet({
    contentSecurityPolicy: POLICY,
    strictTransportSecurity: isHttps,
    // Answers are for programs of any origin that has a credential; pages have nothing to open or isolate.
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
    xDnsPrefetchControl: false,
    xDownloadOptions: false,
    xPermittedCrossDomainPolicies: false,
    xXssProtection: false,
    xPoweredBy: false,
  });
  const response = new ServerResponse(new IncomingMessage(new Socket()));
  secure(response.req, response, (error?: unknown) => {
    if (error instanceof Error) throw error;
  });
  for (const [name, value] of Object.entries(response.getHeaders())) headers[name] = String(value);
  return headers;
}
