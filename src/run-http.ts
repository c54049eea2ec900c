import type { HealthCheck } from './compose/check-health.ts';
import { lateMember, subscribeOnceOpen } from './compose/open-patiently.ts';
import { createSessionKey, openAccess } from './compose/rooms/open-access.ts';
import { openEarlyTokens } from './compose/rooms/open-early-tokens.ts';
import { openScrape } from './compose/rooms/open-scrape.ts';
import { warmIndex } from './compose/warm-index.ts';
import type { WatchedServices } from './compose.ts';
import type { Config } from './config/config.ts';
import { serveConsole } from './console/serve-console.ts';
import type { CallOptions } from './domain/call-options.ts';
import { systemClock } from './domain/clock.ts';
import { onceAborted } from './domain/concurrency/once-aborted.ts';
import { createHttpApp } from './http/app.ts';
import { startHttpServer } from './http/http-server.ts';
import { createLimits } from './http/limits.ts';
import { createReadiness } from './http/readiness.ts';
import type { ServiceFacts } from './http/service-health.ts';
import { serveMcpHttp } from './mcp/serve-http.ts';
import type { JobQueue } from './queue/job-queue.ts';
import type { Logger } from './telemetry/logger.ts';
import type { MetricsRegistry } from './telemetry/prom-metrics.ts';
import type { Tracer } from './telemetry/tracer.ts';
import { writeEmf } from './telemetry/write-emf.ts';
import type { Catalogue } from './tools/catalogue.ts';
import type { CorpusServices } from './tools/tool-context.ts';
import { createToolInvoker } from './tools/tool-invoker.ts';
import { traceCalls } from './tools/trace-calls.ts';

export interface RunHttpNeeds {
  config: Config;
  catalogue: Catalogue;
  /** Perhaps still on its way, see `openPatiently`. */
  corpus: {
    services: CorpusServices & WatchedServices;
    listChecks(): readonly HealthCheck[];
    opened: Promise<void>;
  };
  version: string;
  logger: Logger;
  registry: MetricsRegistry;
  /** Takes the metrics that the settings want written. */
  writeLines: (text: string) => void;
  /** Absent: nobody collects traces. */
  tracer?: Tracer | undefined;
  /** Told once requests are answered, with the address of this machine. */
  onListening?: ((url: string) => void) | undefined;
}

/** Serves until `signal` aborts, then lets the running requests finish, as far as its patience goes. */
export async function runHttp(
  {
    config,
    catalogue,
    corpus: { services, listChecks, opened },
    version,
    logger,
    registry,
    writeLines,
    tracer,
    onListening,
  }: RunHttpNeeds,
  { signal }: CallOptions,
): Promise<void> {
  const readiness = createReadiness({ checks: listChecks, logger, now: () => performance.now() });
  const limits = createLimits({ ...config.http, toolLimits: config.toolLimits });
  const queue = lateMember(services, 'jobs');
  const archive = lateMember(services, 'archive');
  const plain = createToolInvoker({ catalogue, services, logger });
  const invoker = tracer === undefined ? plain : traceCalls(plain, { catalogue, tracer });
  await using tokens = await openEarlyTokens({ config, corpus: { services, opened } });
  const sessionKey = config.auth.sessionKey ?? createSessionKey();
  const access = await openAccess({ config, tokens, logger, sessionKey });
  const hasDeadLetters = config.jobs.messageQueue !== null;
  const scrape = openScrape({ registry, readiness, services, hasDeadLetters, logger });
  const literature = lateMember(services, 'literature');
  const facts: ServiceFacts = {
    readBudget: (options) => literature.readBudget(options),
    settings: config.settings,
  };
  const app = createHttpApp({
    facts,
    catalogue,
    services,
    readiness,
    queue,
    archive,
    invoker,
    limits,
    version,
    logger,
    metrics: registry,
    scrape,
    ...(tracer === undefined ? {} : { tracer }),
    allowedHosts: [config.http.host, ...config.http.allowedHosts],
    access,
    trustedProxies: config.http.trustedProxies,
    maxConnections: config.http.maxConnections,
    callerShare: config.http.callerShare,
  });
  const naming = config.mcp.toolNaming;
  const jobs: Pick<JobQueue, 'subscribe'> = {
    subscribe: (listener) => subscribeOnceOpen(opened, queue, listener),
  };
  serveMcpHttp(app, { catalogue, invoker, naming, limits, jobs, version, logger });
  serveConsole(app, {
    ...{ catalogue, services, invoker, limits, queue, access, sessionKey, readiness, facts, version, logger },
    ...(tracer === undefined ? {} : { tracer }),
    clock: systemClock,
  });
  await using _emf = config.metrics.emf
    ? writeEmf({ scrape, service: 'http', write: writeLines, clock: systemClock, logger })
    : null;
  await using server = await startHttpServer({
    app,
    ...config.http,
    isGuarded: access !== null,
    patienceMs: config.shutdown.patienceMs,
    lastAnswersMs: Math.min(500, (config.shutdown.limitMs - config.shutdown.patienceMs) / 4),
  });
  // Not waited for: closing the index waits for what it reads.
  void opened.then(
    () => warmIndex({ index: services.index, logger }, { signal }),
    () => undefined, // whoever serves is told why it never opens
  );
  logger.info({ url: server.url, version }, 'listening');
  onListening?.(server.url);
  if (signal.aborted) return;
  await onceAborted(signal);
  logger.info({}, 'stopping');
}
