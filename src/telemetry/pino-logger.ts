import { writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type DestinationStream, pino, stdSerializers } from 'pino';
import type { PrettyOptions } from 'pino-pretty';
import { boundFields } from './bound-fields.ts';
import { censorSecrets } from './censor.ts';
import { type GatheringStream, gatherLines } from './gathered-lines.ts';
import { LogWriter } from './log-writer.ts';
import type { Logger } from './logger.ts';
import { isPlain } from './plain-fields.ts';
import { bindsTrace, type PlainLineNeeds, PlainLines, toLine } from './plain-lines.ts';
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
  /** Hears of lines that a file or a pipe does not take, and that are too many to be kept. */
  onDropped?: (lines: number) => void;
}

export interface LineLogger extends Logger {
  /** Puts whole lines that no logger made between those of the log, as they are. */
  putLines(text: string): void;
}

/**
 * One JSON object a line: ts, level, service, msg, the fields given, and the trace id of the call that it is
 * logged in. Words for a person where it goes to a terminal. No exit of the process loses a line that
 * somebody takes.
 */
export function createPinoLogger({
  level,
  service,
  destination,
  gathers = false,
  onDropped = () => undefined,
}: PinoLoggerOptions): LineLogger {
  const toTimestamp = createTimestamp();
  const toGapLine = (lines: number) =>
    `{"level":"warn"${toTimestamp()},"service":${JSON.stringify(service)},"lines":${lines},"msg":"${GAP}"}\n`;
  const stream = toStream(destination, { gathers, toGapLine, onDropped });
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
  return new PlainLines(logger, { toTimestamp, requests: new RequestTexts(), ...toPuts(stream) });
}

function toPuts(stream: DestinationStream | GatheringStream): Pick<PlainLineNeeds, 'put' | 'putRequest'> {
  if ('gather' in stream) return { put: stream.gather, putRequest: stream.gatherRequest };
  const put = (line: string) => stream.write(withoutCredentials(line));
  return { put, putRequest: (head, rest) => put(toLine(head, rest)) };
}

function toFields<Fields extends object>(fields: Fields): Fields {
  return isPlain(fields) ? fields : boundFields(censorSecrets(fields));
}

const GAP = 'lines of the log were dropped here: what it goes to took none, and too many waited';
const NO_FIELDS = {};

/** A line that tells its id has it already, and so has a logger of the call. */
function toTraceFields(fields: object, _level: number, logger: object): { trace_id?: string } {
  if ('trace_id' in fields) return NO_FIELDS;
  const trace_id = findTrace();
  if (trace_id === undefined) return NO_FIELDS;
  return bindsTrace(logger) ? NO_FIELDS : { trace_id };
}

/** Lines of one millisecond share the text of theirs, and those of one second its beginning. */
function createTimestamp(): () => string {
  let writtenMs = Number.NaN;
  let secondMs = Number.NaN;
  let second = '';
  let text = '';
  return () => {
    const nowMs = Date.now();
    if (nowMs === writtenMs) return text;
    writtenMs = nowMs;
    if (!(nowMs >= secondMs && nowMs < secondMs + 1_000)) {
      secondMs = Math.floor(nowMs / 1_000) * 1_000;
      second = `,"ts":"${new Date(secondMs).toISOString().slice(0, -4)}`;
    }
    text = `${second}${String(nowMs - secondMs).padStart(3, '0')}Z"`;
    return text;
  };
}

interface StreamNeeds extends Required<Pick<PinoLoggerOptions, 'gathers' | 'onDropped'>> {
  toGapLine: (lines: number) => string;
}

function toStream(
  destination: PinoLoggerOptions['destination'],
  { gathers, toGapLine, onDropped }: StreamNeeds,
): DestinationStream | GatheringStream {
  const given = typeof destination === 'string' ? process[destination] : destination;
  const { fd } = given;
  if (given.isTTY === true) return openPretty(fd ?? given);
  if (fd === undefined) return given;
  const stayUnwaited = findUnwaited(given);
  const put = (lines: Uint8Array, from: number, length: number) => {
    if (from === 0) stayUnwaited(); // each time is a system call: once for all pieces
    return writeSync(fd, lines, from, length);
  };
  const writer = new LogWriter({ put, toGapLine, onDropped });
  const stream = gathers ? gatherLines(writer) : { write: (line: string) => writer.write(Buffer.from(line)) };
  process.on('exit', () => writer.end()); // after what was gathered
  return stream;
}

/**
 * Node waits for no pipe and no socket that it has made a stream of. But whoever shares it sets so for all:
 * each process of Node that ends sets it back to what it found, and a write would then wait for the reader.
 */
function findUnwaited(stream: object): () => void {
  const handle: unknown = Reflect.get(stream, '_handle'); // no public name leads there
  if (typeof handle !== 'object' || handle === null) return () => undefined;
  const { setBlocking } = handle as { setBlocking?: (isBlocking: boolean) => number };
  return setBlocking === undefined ? () => undefined : () => void setBlocking.call(handle, false);
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
