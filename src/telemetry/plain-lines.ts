import { symbols } from 'pino';
import type { LogFields, Logger, RequestFacts } from './logger.ts';
import { isPlain } from './plain-fields.ts';
import type { RequestTexts } from './request-texts.ts';
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

  constructor(logger: LevelLogger, needs: PlainLineNeeds) {
    this.#logger = logger;
    this.#needs = needs;
    this.#writesInfo = logger.isLevelEnabled('info');
    this.#bound = toBound(logger);
    this.#isTraced = bindsTrace(logger);
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

  request(facts: RequestFacts): void {
    if (!this.#writesInfo) return;
    const text = this.#needs.requests.find(facts);
    if (text === null) this.#logger.info({ ...facts }, 'request');
    else this.#put(`${text},"msg":"request"}\n`);
  }

  #put(rest: string): void {
    const { toTimestamp, put } = this.#needs;
    put(`{"level":"info"${toTimestamp()}${this.#bound}${rest}`);
  }
}

/** The fields of a logger of pino that each of its lines tells, as text: `,"service":"http"`. */
function toBound(logger: object): string {
  return String(Reflect.get(logger, symbols.chindingsSym));
}

export function bindsTrace(logger: object): boolean {
  return toBound(logger).includes('"trace_id":');
}
