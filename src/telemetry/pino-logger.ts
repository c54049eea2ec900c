import { type DestinationStream, destination as openDestination, pino, stdSerializers } from 'pino';
import { boundFields } from './bound-fields.ts';
import { censorSecrets } from './censor.ts';
import type { Logger } from './logger.ts';

export interface PinoLoggerOptions {
  /** The least important lines to write; `silent` writes none. */
  level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';
  /** Which process writes: "http", "cli". */
  service: string;
  /**
   * A command's answer owns stdout, so a command logs to stderr. A stream of the process is written to
   * by its `fd`.
   */
  destination: 'stdout' | 'stderr' | (DestinationStream & { fd?: number });
}

/**
 * The user and password in any URL of a line, wherever a driver's error text put it. A stretch between two
 * slashes is looked at once, however long: that of a URL never holds one.
 */
const URL_CREDENTIALS = /:\/\/[^\s/"\\]+@/g;

/**
 * One JSON object a line: ts, level, service, msg and the fields given. Written at once, so an exit
 * loses no line.
 */
export function createPinoLogger({ level, service, destination }: PinoLoggerOptions): Logger {
  return pino(
    {
      level,
      base: { service },
      timestamp: createTimestamp(),
      formatters: { level: (label) => ({ level: label }), bindings: toFields, log: toFields },
      serializers: { err: (error: Error) => toFields(stdSerializers.errWithCause(error)) },
      hooks: { streamWrite: withoutCredentials },
    },
    toStream(destination),
  );
}

function toFields<Fields extends object>(fields: Fields): Fields {
  return boundFields(censorSecrets(fields));
}

/** Lines of one millisecond share the text of theirs. */
function createTimestamp(): () => string {
  let writtenMs = Number.NaN;
  let text = '';
  return () => {
    const nowMs = Date.now();
    if (nowMs !== writtenMs) {
      writtenMs = nowMs;
      text = `,"ts":"${new Date(nowMs).toISOString()}"`;
    }
    return text;
  };
}

/** Looks for the one sign that every such URL has first: each line of the log comes by. */
function withoutCredentials(line: string): string {
  return line.includes('@') ? line.replace(URL_CREDENTIALS, '://[redacted]@') : line;
}

function toStream(destination: PinoLoggerOptions['destination']): DestinationStream {
  if (destination === 'stdout') return openDestination({ fd: 1, sync: true });
  if (destination === 'stderr') return openDestination({ fd: 2, sync: true });
  return destination.fd === undefined ? destination : openDestination({ fd: destination.fd, sync: true });
}
