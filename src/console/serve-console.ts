import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../domain/clock.ts';
import { NotFoundError } from '../errors/bio-mcp-error.ts';
import { callTool } from '../http/call-tool.ts';
import { EVENT_TIMING, type EventTiming } from '../http/job-events.ts';
import type { Limits } from '../http/limits.ts';
import type { Access } from '../http/plugins/guard.ts';
import { postJob } from '../http/post-job.ts';
import type { Readiness } from '../http/readiness.ts';
import { createServiceHealth, type ServiceFacts } from '../http/service-health.ts';
import type { JobQueue } from '../queue/job-queue.ts';
import type { Logger } from '../telemetry/logger.ts';
import { NO_TRACER } from '../telemetry/no-tracer.ts';
import type { Tracer } from '../telemetry/tracer.ts';
import type { Catalogue } from '../tools/catalogue.ts';
import { holdScopes } from '../tools/hold-scopes.ts';
import { type CallLimits, limitCalls } from '../tools/limit-calls.ts';
import type { ToolInvoker } from '../tools/tool-invoker.ts';
import { answerPage, type PageNeeds } from './answer-page.ts';
import { type Asset, readAssets } from './assets.ts';
import { addErrorPages, readsPages } from './error-pages.ts';
import { createFormTokens } from './form-tokens.ts';
import { acceptForms } from './forms.ts';
import { addLiveRoutes } from './live.ts';
import type { ConsolePage } from './page.ts';
import { PAGES } from './pages.ts';
import { addSignIn } from './sign-in/sign-in-routes.ts';

export interface ServeConsoleNeeds<Services> {
  catalogue: Catalogue<Services>;
  services: Services;
  invoker: ToolInvoker;
  /** The same that the other routes of the app count with. */
  limits: CallLimits & Pick<Limits, 'enterStream'>;
  queue: JobQueue;
  /** Default: nobody collects traces. */
  tracer?: Tracer;
  /** Who may ask; `null`: anybody. */
  access: Access | null;
  /** Of `BIO_MCP_SESSION_KEY`, or made at start: forms are held to it. */
  sessionKey: string;
  clock: Clock;
  version: string;
  logger: Logger;
  /** How dependencies are, as `/readyz` tells. */
  readiness: Readiness;
  /** As the app has them. */
  facts?: ServiceFacts;
  eventTiming?: EventTiming;
  /** Default: those of this release. */
  pages?: readonly ConsolePage[];
}

const ROOT = '/ui';
/** Nothing but what we serve ourselves, and no script or style within a page. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');
const FOR_EVER = 'public, max-age=31536000, immutable';

/** Adds the pages under `/ui` to an app that does not listen yet, and leads browsers there from `/`. */
export function serveConsole<Services>(app: FastifyInstance, given: ServeConsoleNeeds<Services>): void {
  const { catalogue, services, queue, limits, version, logger, access, clock } = given;
  const { tracer = NO_TRACER, pages = PAGES, eventTiming = EVENT_TIMING } = given;
  const invoker = limitCalls(holdScopes(given.invoker), { catalogue, limits });
  const assets = readAssets();
  const needs: PageNeeds = {
    catalogue,
    callTool: (request, call, options) => callTool({ catalogue, invoker }, request, call, options),
    postJob: (request, call) => postJob({ catalogue, services, queue, tracer }, request, call),
    queue,
    health: createServiceHealth({ readiness: given.readiness, version, facts: given.facts ?? null }),
    document: { assets, pages, version },
    formTokens: createFormTokens({ key: given.sessionKey }),
    ...{ access, clock, logger },
  };
  app.decorateRequest('visit', null);
  app.register(async (root) => {
    addErrorPages(root, needs);
    root.addHook('onSend', protectPage);
    root.get('/', { config: { isPage: true } }, async (request, reply) => {
      reply.header('vary', 'accept');
      if (!readsPages(request))
        throw new NotFoundError('There is no GET /. GET /v1/mcp/tools lists what there is.');
      return reply.redirect(ROOT, 302);
    });
  });
  app.register(
    async (room) => {
      acceptForms(room, needs);
      addErrorPages(room, needs);
      room.addHook('onSend', protectPage);
      for (const page of pages) {
        for (const path of [page.path, ...(page.aliases ?? [])]) addPage(room, path, page, needs);
      }
      if (access !== null) addSignIn(room, needs, access);
      addLiveRoutes(room, { queue, limits, timing: eventTiming, logger });
      // Misses are pages too.
      room.setNotFoundHandler(() => {
        throw new NotFoundError('There is no such page.');
      });
    },
    { prefix: ROOT },
  );
  app.register(async (room) => {
    for (const asset of Object.values(assets)) addAsset(room, asset);
  });
}

function addPage(room: FastifyInstance, path: string, page: ConsolePage, needs: PageNeeds): void {
  room.route({
    method: page.method ?? 'GET',
    url: path.slice(ROOT.length) || '/',
    config: { scope: page.scope ?? 'read', isPage: true },
    handler: (request, reply) => answerPage(needs, page, { request, reply }),
  });
}

function addAsset(room: FastifyInstance, { address, contentType, body }: Asset): void {
  room.get(address, { config: { scope: 'open', isPage: true } }, async (_request, reply) => {
    reply.header('cache-control', FOR_EVER);
    return reply.type(contentType).send(body);
  });
}

/** A page is for whoever asked for it: nobody keeps it, frames it, or puts anything into it. */
async function protectPage(_request: FastifyRequest, reply: FastifyReply): Promise<void> {
  reply.header('content-security-policy', POLICY);
  reply.header('cache-control', 'no-store');
  // A form's origin is told to nobody but us; with no referrer at all a browser would hide it from us, too.
  reply.header('referrer-policy', 'same-origin');
  reply.header('cross-origin-opener-policy', 'same-origin');
}
