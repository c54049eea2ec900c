import type { FastifyInstance } from 'fastify';
import helmet from 'helmet';

/** No page of ours may load, run or be framed by anything; a route whose page needs more says so itself. */
const POLICY = { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } };

/**
 * What tells a browser to do as little as possible with an answer. `publicUrl` in https makes it stay with
 * https.
 */
export function addSecurityHeaders(app: FastifyInstance, { publicUrl }: { publicUrl: string | null }): void {
  const secure = helmet({
    contentSecurityPolicy: POLICY,
    strictTransportSecurity: publicUrl?.startsWith('https:') ?? false,
    // Answers are for programs of any origin that has a credential; pages have nothing to open or isolate.
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
    xDnsPrefetchControl: false,
    xDownloadOptions: false,
    xPermittedCrossDomainPolicies: false,
    xXssProtection: false,
  });
  app.addHook('onRequest', (request, reply, done) => {
    secure(request.raw, reply.raw, (error?: unknown) => done(error instanceof Error ? error : undefined));
  });
}
