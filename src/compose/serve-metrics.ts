import type { Config } from '../config/config.ts';
import { type HttpServer, startHttpServer } from '../http/http-server.ts';
import { createMetricsApp } from '../http/metrics-app.ts';
import type { Readiness } from '../http/readiness.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Scrape } from '../telemetry/scrape.ts';
import { type AccessNeeds, openAccess } from './rooms/open-access.ts';

/** For a process that serves nothing else; `null` where the settings name no port. Disposing stops it. */
export async function serveMetrics({
  config,
  tokens,
  readiness,
  scrape,
  logger,
}: {
  config: Config;
  tokens: AccessNeeds['tokens'];
  readiness: Readiness;
  scrape: Scrape;
  logger: Logger;
}): Promise<HttpServer | null> {
  const { http, metrics, shutdown } = config;
  if (metrics.port === null) return null;
  const access = await openAccess({ config, tokens, logger });
  const app = createMetricsApp({
    readiness,
    scrape,
    logger,
    allowedHosts: [http.host, ...http.allowedHosts],
    access,
    trustedProxies: http.trustedProxies,
    maxConnections: http.maxConnections,
    callerShare: http.callerShare,
  });
  return startHttpServer({
    app,
    ...http,
    port: metrics.port,
    portSetting: 'BIO_MCP_METRICS_PORT',
    isGuarded: access !== null,
    patienceMs: Math.min(1_000, shutdown.patienceMs),
  });
}
