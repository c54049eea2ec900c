import { createHttpApp } from '../../src/http/app.ts';
import { createReadiness, type ReadinessCheck } from '../../src/http/readiness.ts';
import { recordingLogger } from './log-lines.ts';
import { createTestCatalogue, type WaitingServices } from './test-catalogue.ts';

/** A real app over the test catalogue; `closed` with `await using`. */
export function createTestApp({ checks = [] }: { checks?: readonly ReadinessCheck[] } = {}) {
  const { lines, logger } = recordingLogger();
  const started = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const aborted = Promise.withResolvers<void>();
  const services: WaitingServices = {
    process: { version: '0.0.0-test', uptimeSeconds: () => 12.34 },
    started: started.resolve,
    aborted: aborted.resolve,
    released: released.promise,
  };
  const readiness = createReadiness({ checks, logger, now: () => performance.now() });
  const app = createHttpApp({ catalogue: createTestCatalogue(), services, readiness, logger });
  return {
    app,
    lines,
    started: started.promise,
    release: released.resolve,
    aborted: aborted.promise,
    [Symbol.asyncDispose]: () => app.close(),
  };
}
