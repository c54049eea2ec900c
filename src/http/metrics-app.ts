import type { FastifyInstance } from 'fastify';
import type { Logger } from '../telemetry/logger.ts';
import { createBareApp } from './bare-app.ts';
import { refuseForeignHosts } from './plugins/allowed-hosts.ts';
import { noticeClosedReplies } from './plugins/closed-replies.ts';
import { limitConnections } from './plugins/connections.ts';
import { addErrorAnswers } from './plugins/error-answers.ts';
import { type Access, guardRequests } from './plugins/guard.ts';
import { endConnectionsOnClose } from './plugins/last-answers.ts';
import { addLetGo } from './plugins/let-go.ts';
import { refuseMisses } from './plugins/misses.ts';
import { addRequestLog } from './plugins/request-log.ts';
import { addSecurityHeaders } from './plugins/security-headers.ts';
import type { Readiness } from './readiness.ts';
import { checkWithZod } from './route-schema.ts';
import { metricsRoute, type WrittenMetrics } from './routes/metrics.ts';
import { probes } from './routes/probes.ts';

export interface MetricsAppOptions {
  readiness: Readiness;
  scrape: WrittenMetrics;
  logger: Logger;
  /** Names and addresses, without a port, that requests may name beside loopback ones. */
  allowedHosts: readonly string[];
  /** Who may ask; `null`: anybody. */
  access: Access | null;
  trustedProxies: readonly string[];
  /** Open at once. Default: no limit. */
  maxConnections?: number;
  /** The share of them that one caller may keep. Default: all. */
  callerShare?: number;
}

/** Metrics and probes of a process that answers nothing else, guarded as those of an API are. */
export function createMetricsApp({
  readiness,
  scrape,
  logger,
  allowedHosts: hosts,
  access,
  trustedProxies,
  maxConnections,
  callerShare = 1,
}: MetricsAppOptions): FastifyInstance {
  const publicUrl = access?.publicUrl ?? null;
  const app = createBareApp({ logger, isGuarded: access !== null, publicUrl, trustedProxies });
  addSecurityHeaders(app, { publicUrl });
  noticeClosedReplies(app);
  endConnectionsOnClose(app);
  // What asks here only watches.
  addRequestLog(app, { logger, metrics: { countRequest() {} } });
  addErrorAnswers(app, { logger });
  addLetGo(app);
  refuseForeignHosts(app, { hosts });
  guardRequests(app, { access, logger });
  if (maxConnections !== undefined) limitConnections(app, { most: maxConnections, callerShare, logger });
  refuseMisses(app);
  checkWithZod(app);
  app.register(probes, { readiness });
  app.register(metricsRoute, { scrape });
  return app;
}
