import { symbols } from 'pino';
import type { LogFields, Logger, RequestFacts } from './logger.ts';
import { isPlain } from './plain-fields.ts';
import { isPlainText, type RequestText, type RequestTexts } from './request-texts.ts';
import { findTrace } from './trace-context.ts';

/** What a logger of pino has beside. */
export interface LevelLogger extends Omit<Logger, 'child' | 'request'> {
  child(fields: LogFields): LevelLogger;
  isLevelEnabled(level: string): boolean;
}

export interface PlainLineNeeds {
  /** Of a line: `,"ts":"…"`. */
  readonly toTimestamp: () => string;
  readonly requests: RequestTexts;
  /** Takes a line that nobody has to see at once. */
  readonly put: (line: string) => void;
  /** The same, of a request; `head` is plain text too. */
  readonly putRequest: (head: string, rest: RequestText) => void;
}

/**
 * A logger of pino that writes lines of `info` by itself, as pino would, where they hold nothing but short
 * texts, numbers and the like, as the line of each request does: by pino that costs a sixth of a short call
 * (`bench/seen.ts`). All else is left to pino.
 */
export class PlainLines implements Logger {
  readonly #logger: LevelLogger;
  readonly #needs: PlainLineNeeds;
  readonly #writesInfo: boolean;
  readonly #bound: string;
  readonly #isTraced: boolean;
  readonly #isBoundPlain: boolean;
  /** Of the lines of requests of one millisecond, up to their trace. */
  #head = { timestamp: '', text: '' };

  constructor(logger: LevelLogger, needs: PlainLineNeeds) {
    this.#logger = logger;
    this.#needs = needs;
    this.#writesInfo = logger.isLevelEnabled('info');
    this.#bound = toBound(logger);
    this.#isTraced = bindsTrace(logger);
    this.#isBoundPlain = isPlainText(this.#bound);
  }

  debug(fields: LogFields, message: string): void {
    this.#logger.debug(fields, message);
  }

  info(fields: LogFields, message: string): void {
    if (!this.#writesInfo) return;
    // What is audited has to be out at once.
    if (!isPlain(fields) || 'audit' in fields) {
      this.#logger.info(fields, message);
      return;
    }
    const traceId = this.#isTraced || 'trace_id' in fields ? undefined : findTrace();
    const traced = traceId === undefined ? '' : `,"trace_id":"${traceId}"`;
    const inner = JSON.stringify(fields).slice(1, -1);
    const told = inner === '' ? '' : `,${inner}`;
    this.#put(`${traced}${told},"msg":${JSON.stringify(message)}}\n`);
  }

  warn(fields: LogFields, message: string): void {
    this.#logger.warn(fields, message);
  }

  error(fields: LogFields, message: string): void {
    this.#logger.error(fields, message);
  }

  child(fields: LogFields): Logger {
    return new PlainLines(this.#logger.child(fields), this.#needs);
  }

  putLines(text: string): void {
    this.#needs.put(text);
  }

  request(facts: RequestFacts): void {
    if (!this.#writesInfo) return;
    const text = this.#needs.requests.find(facts);
    if (text === null) this.#logger.info({ ...facts }, 'request');
    else if (this.#isBoundPlain) this.#needs.putRequest(this.#toHead(), text);
    else this.#needs.put(toLine(this.#toHead(), text));
  }

  #toHead(): string {
    const timestamp = this.#needs.toTimestamp();
    if (this.#head.timestamp !== timestamp) {
      this.#head = { timestamp, text: `{"level":"info"${timestamp}${this.#bound},"trace_id":"` };
    }
    return this.#head.text;
  }

  #put(rest: string): void {
    const { toTimestamp, put } = this.#needs;
    put(`{"level":"info"${toTimestamp()}${this.#bound}${rest}`);
  }
}

export function toLine(head: string, { traceId, frame, latency }: RequestText): string {
  return `${head}${traceId}${frame.before}${latency}${frame.after}`;
}

/** The fields of a logger of pino that each of its lines tells, as text: `,"service":"http"`. */
function toBound(logger: object): string {
  return String(Reflect.get(logger, symbols.chindingsSym));
}

export function bindsTrace(logger: object): boolean {
  return toBound(logger).includes('"trace_id":');
}
