import type { FastifyInstance } from 'fastify';
import type { AccessTokens } from '../../../src/access/access-tokens.ts';
import { createTokenText, toTokenHash } from '../../../src/access/token-text.ts';
import { openAccess } from '../../../src/compose/rooms/open-access.ts';
import { parseConfig } from '../../../src/config/config.ts';
import { serveConsole } from '../../../src/console/serve-console.ts';
import type { ScopeName } from '../../../src/domain/caller.ts';
import type { Clock } from '../../../src/domain/clock.ts';
import { BioMcpError } from '../../../src/errors/bio-mcp-error.ts';
import { createHttpApp } from '../../../src/http/app.ts';
import { createLimits } from '../../../src/http/limits.ts';
import { createMetricsApp } from '../../../src/http/metrics-app.ts';
import { createReadiness } from '../../../src/http/readiness.ts';
import { serveMcpHttp } from '../../../src/mcp/serve-http.ts';
import type { JobQueue } from '../../../src/queue/job-queue.ts';
import { createCatalogue } from '../../../src/tools/catalogue.ts';
import type { CorpusServices } from '../../../src/tools/tool-context.ts';
import { createToolInvoker } from '../../../src/tools/tool-invoker.ts';
import { TOOLS } from '../../../src/tools/tools.ts';
import { recordingLogger } from '../telemetry/log-lines.ts';
import { silentMetrics } from '../telemetry/silent-metrics.ts';

export interface GuardedAppOptions {
  env: Record<string, string>;
  tokens: AccessTokens;
  clock: Clock;
  now: () => number;
  /** Absent: a queue whose database is away. */
  queue?: JobQueue;
  maxConnections?: number;
  /** Default: as the settings say. */
  callerShare?: number;
}

/**
 * All routes of the release before a corpus that is away: what gets past the guard is answered neither 401
 * nor 403.
 */
export async function openGuardedApp({
  env,
  tokens,
  clock,
  now,
  queue,
  maxConnections,
  callerShare,
}: GuardedAppOptions) {
  const { lines, logger } = recordingLogger();
  const config = parseConfig(env, { homeDir: '/home/ada', platform: 'linux', cores: 2 }, TOOLS);
  const sessionKey = 'of-the-guarded-app-of-the-guarded-app';
  const access = await openAccess({ config, tokens, logger, clock, now, sessionKey });
  const services = createServicesAway(tokens, clock);
  const catalogue = createCatalogue(TOOLS);
  const share = callerShare ?? config.http.callerShare;
  const limits = createLimits({ ...config.http, callerShare: share, toolLimits: {} });
  const invoker = createToolInvoker({ catalogue, services, logger });
  const jobs = queue ?? (createAway() as JobQueue);
  const reason = 'connect ECONNREFUSED db.internal:5432';
  const check = async () => {
    throw new BioMcpError('DB_UNAVAILABLE', `The database at ${reason} does not answer.`);
  };
  const readiness = createReadiness({ checks: [{ name: 'database', gates: true, check }], logger, now });
  const app = createHttpApp({
    ...silentMetrics(),
    ...{ catalogue, services, readiness, queue: jobs, invoker, limits, version: '1.2.3', logger, access },
    archive: { find: async () => null },
    trustedProxies: config.http.trustedProxies,
    allowedHosts: config.http.allowedHosts,
    eventTiming: { gapMs: 0, heartbeatMs: 60_000 },
    ...(maxConnections === undefined ? {} : { maxConnections, callerShare: share }),
  });
  const subscriptions = { subscribe: () => ({ [Symbol.dispose]() {} }) };
  serveMcpHttp(app, {
    catalogue,
    invoker,
    limits,
    naming: 'underscore',
    jobs: subscriptions,
    version: '1.2.3',
    logger,
  });
  serveConsole(app, {
    ...{ catalogue, services, invoker, limits, queue: jobs, readiness, access, sessionKey, clock, logger },
    version: '1.2.3',
  });
  const watching = createMetricsApp({
    ...{ readiness, scrape: silentMetrics().scrape, logger, access },
    trustedProxies: config.http.trustedProxies,
    allowedHosts: config.http.allowedHosts,
  });
  const [routes, watched] = [listRoutes(app), listRoutes(watching)];
  await Promise.all([app.ready(), watching.ready()]);
  return {
    ...{ app, lines, routes },
    /** The port of metrics and probes alone. */
    watching: { app: watching, routes: watched },
    async [Symbol.asyncDispose]() {
      await Promise.all([app.close(), watching.close()]);
    },
  };
}

/** Filled as the app gets ready. */
function listRoutes(app: FastifyInstance): { method: string; url: string }[] {
  const routes: { method: string; url: string }[] = [];
  app.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) routes.push({ method: one, url });
  });
  return routes;
}

/** The text of a token that is in the table. */
export async function giveToken(
  tokens: AccessTokens,
  {
    name,
    scopes,
    expiresAt = null,
  }: { name: string; scopes: readonly ScopeName[]; expiresAt?: string | null },
): Promise<string> {
  const text = createTokenText();
  const { signal } = new AbortController();
  await tokens.create({ name, scopes, hash: toTokenHash(text), expiresAt }, { signal });
  return text;
}

function createServicesAway(accessTokens: AccessTokens, clock: Clock): CorpusServices {
  const process = { version: '1.2.3', uptimeSeconds: () => 1 };
  // The cast holds because each member that is asked for throws.
  return new Proxy({ process, accessTokens, clock } as CorpusServices, {
    get: (target, name) => Reflect.get(target, name) ?? createAway(),
  });
}

function createAway(): unknown {
  return new Proxy(
    {},
    {
      get: (_target, name) => {
        // Nobody waits for it: there is nothing to hear.
        if (name === 'subscribe') return () => ({ [Symbol.dispose]() {} });
        return async () => {
          throw new BioMcpError('DB_UNAVAILABLE', null);
        };
      },
    },
  );
}
