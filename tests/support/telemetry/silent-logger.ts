import type { Logger } from '../../../src/telemetry/logger.ts';

/** For tests that look at answers, not at log lines. */
export function silentLogger(): Logger {
  const logger: Logger = { debug() {}, info() {}, warn() {}, error() {}, child: () => logger, request() {} };
  return logger;
}
