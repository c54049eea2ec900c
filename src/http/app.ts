import type { FastifyInstance } from 'fastify';
import type { Archive } from '../archive/archive.ts';
import type { JobQueue } from '../queue/job-queue.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { NO_TRACER } from '../telemetry/no-tracer.ts';
import type { Tracer } from '../telemetry/tracer.ts';
import type { Catalogue } from '../tools/catalogue.ts';
import { holdScopes } from '../tools/hold-scopes.ts';
import { limitCalls } from '../tools/limit-calls.ts';
import type { ToolInvoker } from '../tools/tool-invoker.ts';
import { createBareApp } from './bare-app.ts';
import { findPlainInvocation, invocation } from './invocation.ts';
import { EVENT_TIMING, type EventTiming } from './job-events.ts';
import type { Limits } from './limits.ts';
import { createOpenApi } from './openapi/openapi.ts';
import { refuseForeignHosts } from './plugins/allowed-hosts.ts';
import { noticeClosedReplies } from './plugins/closed-replies.ts';
import { limitConnections } from './plugins/connections.ts';
import { addErrorAnswers } from './plugins/error-answers.ts';
import { type Access, guardRequests } from './plugins/guard.ts';
import { acceptJsonBodies } from './plugins/json-body.ts';
import { endConnectionsOnClose } from './plugins/last-answers.ts';
import { addLetGo } from './plugins/let-go.ts';
import { refuseMisses } from './plugins/misses.ts';
import { limitRequests } from './plugins/request-limit.ts';
import { addRequestLog } from './plugins/request-log.ts';
import { addSecurityHeaders } from './plugins/security-headers.ts';
import type { Readiness } from './readiness.ts';
import { checkWithZod } from './route-schema.ts';
import { documentRoutes } from './routes/documents.ts';
import { healthRoute } from './routes/health.ts';
import { jobEventRoutes } from './routes/job-events.ts';
import { jobRoutes } from './routes/jobs.ts';
import { metricsRoute, type WrittenMetrics } from './routes/metrics.ts';
import { probes } from './routes/probes.ts';
import { resourceMetadataRoutes } from './routes/resource-metadata.ts';
import { toolRoutes } from './routes/tools.ts';
import { createServiceHealth, type ServiceFacts } from './service-health.ts';

export interface HttpAppOptions<Services> {
  catalogue: Catalogue<Services>;
  /** Handed to every tool; the caller owns and closes them. */
  services: Services;
  readiness: Readiness;
  /**
   * What `/v1/health` tells beside the checks. Default: this process asks NCBI nothing, and has no settings.
   */
  facts?: ServiceFacts;
  /** Where jobs are put and followed. */
  queue: JobQueue;
  /** Where the manifests of runs lie. */
  archive: Pick<Archive, 'find'>;
  /** Calls the tools; `limits` hold for it. */
  invoker: ToolInvoker;
  limits: Limits;
  /** Of this release, for the OpenAPI page. */
  version: string;
  logger: Logger;
  metrics: Pick<Metrics, 'countRequest'>;
  /** Default: nobody collects traces. */
  tracer?: Tracer;
  /** What `/metrics` answers. */
  scrape: WrittenMetrics;
  /** Names and addresses, without a port, that requests may name beside loopback ones. */
  allowedHosts?: readonly string[];
  eventTiming?: EventTiming;
  /** Who may ask; `null`: anybody. */
  access: (Access & { issuer: string | null }) | null;
  /** Open at once. Default: no limit. */
  maxConnections?: number;
  /** The share of them that one caller may keep. Default: all. */
  callerShare?: number;
  /** Proxies whose word on where a request came from is believed. Default: none. */
  trustedProxies?: readonly string[];
}

/** The catalogue over plain HTTP, not yet listening: `startHttpServer` does that, tests use `inject`. */
export function createHttpApp<Services>(options: HttpAppOptions<Services>): FastifyInstance {
  const { catalogue, services, readiness, queue, archive, limits, version, logger, metrics, scrape } =
    options;
  const invoker = limitCalls(holdScopes(options.invoker), { catalogue, limits });
  const { eventTiming: timing = EVENT_TIMING, allowedHosts: hosts = [] } = options;
  const { access, trustedProxies = [], maxConnections, callerShare = 1 } = options;
  const publicUrl = access?.publicUrl ?? null;
  const app = createBareApp({ logger, isGuarded: access !== null, publicUrl, trustedProxies });
  addSecurityHeaders(app, { publicUrl });
  noticeClosedReplies(app);
  acceptJsonBodies(app);
  endConnectionsOnClose(app);
  addRequestLog(app, { logger, metrics });
  addErrorAnswers(app, { logger });
  addLetGo(app);
  refuseForeignHosts(app, { hosts });
  guardRequests(app, { access, logger });
  if (maxConnections !== undefined) limitConnections(app, { most: maxConnections, callerShare, logger });
  limitRequests(app, { limits });
  refuseMisses(app);
  checkWithZod(app, { plain: new Map([[invocation, findPlainInvocation]]) });
  const openApi = createOpenApi(app, { catalogue, version, isGuarded: access !== null });
  app.register(probes, { readiness });
  const { facts = null } = options;
  app.register(healthRoute, { health: createServiceHealth({ readiness, version, facts }) });
  if (access !== null) app.register(resourceMetadataRoutes, { issuer: access.issuer });
  app.register(toolRoutes<Services>, { catalogue, invoker, logger });
  const { tracer = NO_TRACER } = options;
  app.register(jobRoutes<Services>, { catalogue, services, queue, archive, tracer });
  app.register(jobEventRoutes, { queue, limits, timing, logger });
  app.register(metricsRoute, { scrape });
  app.register(documentRoutes, { openApi });
  return app;
}
