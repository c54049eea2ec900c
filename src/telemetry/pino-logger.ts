import { createRequire } from 'node:module';
import { isatty } from 'node:tty';
import { type DestinationStream, destination as openDestination, pino, stdSerializers } from 'pino';
import type { PrettyOptions } from 'pino-pretty';
import { boundFields } from './bound-fields.ts';
import { censorSecrets } from './censor.ts';
import { type GatheringStream, gatherLines, type PieceStream } from './gathered-lines.ts';
import type { Logger } from './logger.ts';
import { isPlain } from './plain-fields.ts';
import { bindsTrace, PlainLines } from './plain-lines.ts';
import { RequestTexts } from './request-texts.ts';
import { findTrace } from './trace-context.ts';
import { withoutCredentials } from './url-credentials.ts';

export interface PinoLoggerOptions {
  /** The least important lines to write; `silent` writes none. */
  level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';
  /** Which process writes: "http", "cli". */
  service: string;
  /**
   * A command's answer owns stdout, so a command logs to stderr. A stream of the process is written to
   * by its `fd`.
   */
  destination: 'stdout' | 'stderr' | (DestinationStream & { fd?: number; isTTY?: boolean });
  /**
   * Whether lines that are no warning wait some milliseconds for others where they go to a file or a pipe, as
   * those of a service, which writes many (`gatherLines`). Default: each is written at once.
   */
  gathers?: boolean;
}

/** What a full disk under the log leaves unwritten is kept so far, and written once there is room. */
const MOST_UNWRITTEN_BYTES = 1_048_576;

/**
 * One JSON object a line: ts, level, service, msg, the fields given, and the trace id of the call that it is
 * logged in. Words for a person where it goes to a terminal. No exit of the process loses a line.
 */
export function createPinoLogger({
  level,
  service,
  destination,
  gathers = false,
}: PinoLoggerOptions): Logger {
  const stream = toStream(destination, gathers);
  const toTimestamp = createTimestamp();
  const logger = pino(
    {
      level,
      base: { service },
      timestamp: toTimestamp,
      formatters: { level: (label) => ({ level: label }), bindings: toFields, log: toFields },
      mixin: toTraceFields,
      mixinMergeStrategy: (fields, traced) =>
        traced === NO_FIELDS ? fields : { ...(traced as object), ...(fields as object) },
      serializers: { err: (error: Error) => toFields(stdSerializers.errWithCause(error)) },
      hooks: { streamWrite: withoutCredentials },
    },
    stream,
  );
  const put = 'gather' in stream ? stream.gather : (line: string) => stream.write(withoutCredentials(line));
  return new PlainLines(logger, { toTimestamp, requests: new RequestTexts(), put });
}

function toFields<Fields extends object>(fields: Fields): Fields {
  return isPlain(fields) ? fields : boundFields(censorSecrets(fields));
}

const NO_FIELDS = {};

/** A line that tells its id has it already, and so has a logger of the call. */
function toTraceFields(fields: object, _level: number, logger: object): { trace_id?: string } {
  if ('trace_id' in fields) return NO_FIELDS;
  const trace_id = findTrace();
  if (trace_id === undefined) return NO_FIELDS;
  return bindsTrace(logger) ? NO_FIELDS : { trace_id };
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

function toStream(
  destination: PinoLoggerOptions['destination'],
  gathers: boolean,
): DestinationStream | GatheringStream {
  const fd = destination === 'stdout' ? 1 : destination === 'stderr' ? 2 : destination.fd;
  const isTerminal = typeof destination === 'object' ? destination.isTTY === true : isatty(fd ?? -1);
  const written = typeof destination === 'object' && fd === undefined ? destination : null;
  if (isTerminal) return openPretty(written ?? fd ?? 2);
  if (written !== null) return written;
  const stream = openDestination({
    fd: fd ?? 2,
    sync: true,
    maxLength: MOST_UNWRITTEN_BYTES,
    contentMode: gathers ? 'buffer' : 'utf8',
  });
  // The service goes on without a log rather than not at all.
  stream.on('error', () => undefined);
  return gathers ? gatherLines(stream as unknown as PieceStream) : stream; // its type knows texts alone
}

/** What lays lines out is loaded where a person reads them. */
function openPretty(destination: DestinationStream | number): DestinationStream {
  const pretty = createRequire(import.meta.url)('pino-pretty') as (
    options: PrettyOptions,
  ) => DestinationStream;
  return pretty({
    destination: destination as NonNullable<PrettyOptions['destination']>,
    sync: true,
    timestampKey: 'ts',
    translateTime: 'SYS:HH:MM:ss.l',
    singleLine: true,
  });
}
