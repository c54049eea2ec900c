import type { WatchedServices } from '../../compose.ts';
import { ERROR_CODES } from '../../errors/bio-mcp-error.ts';
import type { Readiness } from '../../http/readiness.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { MetricsRegistry } from '../../telemetry/prom-metrics.ts';
import { createScrape, type Scrape } from '../../telemetry/scrape.ts';
import type { Catalogue } from '../../tools/catalogue.ts';

/** What counts is loaded where a service is to be watched: no command of a person pays for it. */
export async function openRegistry({
  catalogue,
  version,
}: {
  catalogue: Catalogue<never>;
  version: string;
}): Promise<MetricsRegistry> {
  const { createPromMetrics } = await import('../../telemetry/prom-metrics.ts');
  const tools = catalogue.list().map(({ name }) => name);
  return createPromMetrics({ tools, errorCodes: Object.keys(ERROR_CODES), version });
}

/** The metrics of a service whose corpus may still be on its way. */
export function openScrape({
  registry,
  readiness,
  services,
  hasDeadLetters,
  logger,
}: {
  registry: MetricsRegistry;
  readiness: Readiness;
  services: WatchedServices;
  /** Whether the settings name a dead-letter queue; without one its corpus is not asked. */
  hasDeadLetters: boolean;
  logger: Logger;
}): Scrape {
  const sources = {
    readReadiness: () => readiness.read(),
    // Members of a corpus that is not open yet fail when they are asked for.
    readFigures: async (options: Parameters<WatchedServices['figures']['read']>[0]) =>
      services.figures.read(options),
    countDeadLetters: async (options: Parameters<WatchedServices['countDeadLetters']>[0]) =>
      hasDeadLetters ? services.countDeadLetters(options) : 0,
  };
  return createScrape({ registry, sources, logger, now: () => performance.now() });
}
