import { createPinoLogger } from '../../../src/telemetry/pino-logger.ts';

/** A real logger whose lines are kept, parsed, in the order they were written. */
export function recordingLogger() {
  const lines: Record<string, unknown>[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line)) };
  return { lines, logger: createPinoLogger({ level: 'debug', service: 'test', destination }) };
}
