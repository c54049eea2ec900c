import { type DestinationStream, destination as openDestination, pino, stdSerializers } from 'pino';
import type { Logger } from './logger.ts';

export interface PinoLoggerOptions {
  /** The least important lines to write; `silent` writes none. */
  level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';
  /** Which process writes: "http", "cli". */
  service: string;
  /** A command's answer owns stdout, so a command logs to stderr. */
  destination: 'stdout' | 'stderr' | DestinationStream;
}

const SECRET_FIELDS = ['authorization', 'cookie', 'password', 'secret', 'token', 'api_key', 'database_url'];
/** The user and password in any URL of a line, wherever a driver's error text put it. */
const URL_CREDENTIALS = /([a-z][a-z0-9+.-]*:\/\/)[^\s/@"\\]+@/gi;

/** One JSON object a line: ts, level, service, msg and the fields given. Written at once, so an exit loses no line. */
export function createPinoLogger({ level, service, destination }: PinoLoggerOptions): Logger {
  return pino(
    {
      level,
      base: { service },
      timestamp: () => `,"ts":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: stdSerializers.errWithCause },
      redact: { paths: SECRET_FIELDS.flatMap((name) => [name, `*.${name}`]), censor: '[redacted]' },
      hooks: { streamWrite: (line) => line.replace(URL_CREDENTIALS, '$1[redacted]@') },
    },
    typeof destination === 'string' ? toStream(destination) : destination,
  );
}

function toStream(name: 'stdout' | 'stderr'): DestinationStream {
  return openDestination({ fd: name === 'stdout' ? 1 : 2, sync: true });
}
