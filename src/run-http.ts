import type { Corpus } from './compose.ts';
import type { Config } from './config/config.ts';
import type { CallOptions } from './domain/call-options.ts';
import { createHttpApp } from './http/app.ts';
import { startHttpServer } from './http/http-server.ts';
import { createLimits } from './http/limits.ts';
import { createReadiness } from './http/readiness.ts';
import { serveMcpHttp } from './mcp/serve-http.ts';
import type { Logger } from './telemetry/logger.ts';
import type { Catalogue } from './tools/catalogue.ts';
import { createToolCaller } from './tools/tool-caller.ts';

export interface RunHttpParts {
  config: Config;
  catalogue: Catalogue;
  corpus: Corpus;
  version: string;
  logger: Logger;
}

/** Serves until `signal` aborts, then lets the running requests finish. */
export async function runHttp(
  { config, catalogue, corpus: { services, checks }, version, logger }: RunHttpParts,
  { signal }: CallOptions,
): Promise<void> {
  const readiness = createReadiness({ checks, logger, now: () => performance.now() });
  const limits = createLimits({ maxConcurrency: config.http.maxConcurrency, toolLimits: config.toolLimits });
  const { jobs: queue, archive, keyedCalls } = services;
  const app = createHttpApp({
    catalogue,
    services,
    readiness,
    queue,
    archive,
    keyedCalls,
    limits,
    version,
    logger,
    allowedHosts: [config.http.host, ...config.http.allowedHosts],
  });
  const caller = createToolCaller({ catalogue, services, logger });
  const naming = config.mcp.toolNaming;
  serveMcpHttp(app, { catalogue, caller, naming, limits, jobs: queue, version, logger });
  await using server = await startHttpServer({ app, ...config.http });
  logger.info({ url: server.url, version }, 'listening');
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  logger.info({}, 'stopping');
}
