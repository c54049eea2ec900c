import type { Config } from '../../config/config.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { createPinoLogger } from '../../telemetry/pino-logger.ts';
import type { MetricsRegistry } from '../../telemetry/prom-metrics.ts';
import type { Output } from '../output.ts';

export interface ServiceLog {
  logger: Logger;
  /** Of whole lines that stand between those of the log, as they are: the metrics. */
  writeLines: (text: string) => void;
}

/** What a service writes to stdout. */
export function createServiceLog({
  config,
  service,
  stdout,
  registry,
}: {
  config: Config;
  service: 'http' | 'worker';
  stdout: Output;
  registry: MetricsRegistry;
}): ServiceLog {
  const logger = createPinoLogger({
    level: config.logLevel,
    service,
    destination: stdout,
    gathers: true,
    onDropped: registry.countDroppedLines,
  });
  // Two writers of one pipe that is full would cut each other's lines.
  const writeLines = (text: string) => {
    if (stdout.isTTY === true) stdout.write(text);
    else logger.putLines(text);
  };
  return { logger, writeLines };
}
