import type { FastifyInstance } from 'fastify';
import { serveConsole } from '../../../src/console/serve-console.ts';
import { systemClock } from '../../../src/domain/clock.ts';
import { createHttpApp } from '../../../src/http/app.ts';
import { createLimits } from '../../../src/http/limits.ts';
import { createReadiness } from '../../../src/http/readiness.ts';
import { createCatalogue } from '../../../src/tools/catalogue.ts';
import { createToolInvoker } from '../../../src/tools/tool-invoker.ts';
import { TOOLS } from '../../../src/tools/tools.ts';
import type { TestHome } from '../corpus/test-corpus.ts';
import { recordingLogger } from '../telemetry/log-lines.ts';
import { silentMetrics } from '../telemetry/silent-metrics.ts';

/** The console over the corpus of a home, where nobody is asked who he is. */
export async function openConsole(home: TestHome): Promise<{ app: FastifyInstance } & AsyncDisposable> {
  await using opening = new AsyncDisposableStack();
  const { services } = opening.use(await home.open());
  const { logger } = recordingLogger();
  const catalogue = createCatalogue(TOOLS);
  const invoker = createToolInvoker({ catalogue, services, logger });
  const limits = createLimits({ ...home.config.http, toolLimits: home.config.toolLimits });
  const readiness = createReadiness({ checks: [], logger, now: () => performance.now() });
  const needs = { catalogue, services, invoker, limits, queue: services.jobs, access: null, logger } as const;
  const app = createHttpApp({
    ...silentMetrics(),
    ...needs,
    readiness,
    archive: services.archive,
    version: '0.0.0',
  });
  const sessionKey = 'of-this-console-of-this-console-of-it';
  serveConsole(app, { ...needs, readiness, sessionKey, clock: systemClock, version: '0.0.0' });
  opening.defer(() => app.close());
  const stack = opening.move();
  return { app, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}
