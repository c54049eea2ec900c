import { serveConsole } from '../../../src/console/serve-console.ts';
import type { CallOptions } from '../../../src/domain/call-options.ts';
import { systemClock } from '../../../src/domain/clock.ts';
import type { SettingFact } from '../../../src/domain/settings/setting-fact.ts';
import { createHttpApp, type HttpAppOptions } from '../../../src/http/app.ts';
import { createLimits } from '../../../src/http/limits.ts';
import { createReadiness, type ReadinessCheck } from '../../../src/http/readiness.ts';
import { createCatalogue } from '../../../src/tools/catalogue.ts';
import type { CorpusServices } from '../../../src/tools/tool-context.ts';
import { createToolInvoker } from '../../../src/tools/tool-invoker.ts';
import { TOOLS } from '../../../src/tools/tools.ts';
import { recordingLogger } from '../telemetry/log-lines.ts';
import { silentMetrics } from '../telemetry/silent-metrics.ts';

/** The app of the release with its console over a real corpus, not yet listening. */
export function createConsoleApp(
  services: CorpusServices,
  checks: readonly ReadinessCheck[] = [],
  access: HttpAppOptions<CorpusServices>['access'] = null,
  settings: readonly SettingFact[] = [],
) {
  const { logger } = recordingLogger();
  const catalogue = createCatalogue(TOOLS);
  const readiness = createReadiness({ checks, logger, now: () => performance.now() });
  const limits = createLimits({ maxConcurrency: 200, toolLimits: {} });
  const invoker = createToolInvoker({ catalogue, services, logger });
  const queue = services.jobs;
  const { literature } = services;
  const facts = { readBudget: (options: CallOptions) => literature.readBudget(options), settings };
  const common = { catalogue, services, readiness, queue, invoker, limits, logger, access, facts };
  const app = createHttpApp({
    ...silentMetrics(),
    ...common,
    archive: services.archive,
    version: '0.0.0',
  });
  serveConsole(app, {
    ...common,
    sessionKey: 'k'.repeat(32),
    clock: systemClock,
    version: '0.0.0',
    eventTiming: { gapMs: 0, heartbeatMs: 60_000 },
  });
  return app;
}

/** The value that every form of a page holds. */
export function readFormToken(page: string): string {
  const [, token] = /name="token" value="([^"]+)"/.exec(page) ?? [];
  if (token === undefined) throw new Error('the page has no form');
  return token;
}
