import { symbols } from 'pino';
import { isSecret } from './censor.ts';
import type { LineToBe } from './gathered-lines.ts';
import type { LogFields, Logger } from './logger.ts';
import { findTrace } from './trace-context.ts';

/** What a logger of pino has beside. */
export interface LevelLogger extends Logger {
  isLevelEnabled(level: string): boolean;
}

export interface PlainLineNeeds {
  /** Of a line: `,"ts":"…"`. */
  readonly toTimestamp: () => string;
  /** Takes a line that nobody has to see at once. */
  readonly put: (line: LineToBe) => void;
}

/** No longer than any field may be, and of fewer fields than an object may have. */
const SHORT = { characters: 500, fields: 20 } as const;

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
    const { toTimestamp, put } = this.#needs;
    const traceId = this.#isTraced || 'trace_id' in fields ? undefined : findTrace();
    const traced = traceId === undefined ? '' : `,"trace_id":"${traceId}"`;
    put(new PlainLine(`{"level":"info"${toTimestamp()}${this.#bound}${traced}`, fields, message));
  }

  warn(fields: LogFields, message: string): void {
    this.#logger.warn(fields, message);
  }

  error(fields: LogFields, message: string): void {
    this.#logger.error(fields, message);
  }

  child(fields: LogFields): Logger {
    return new PlainLines(this.#logger.child(fields) as LevelLogger, this.#needs); // of the same kind
  }
}

class PlainLine implements LineToBe {
  readonly #head: string;
  readonly #fields: LogFields;
  readonly #message: string;

  constructor(head: string, fields: LogFields, message: string) {
    this.#head = head;
    this.#fields = fields;
    this.#message = message;
  }

  toText(): string {
    const inner = JSON.stringify(this.#fields).slice(1, -1);
    const told = inner === '' ? '' : `,${inner}`;
    return `${this.#head}${told},"msg":${quote(this.#message)}}\n`;
  }
}

let lastMessage = '';
let lastQuoted = '""';

/** Most lines say the same. */
function quote(message: string): string {
  if (message !== lastMessage) {
    lastMessage = message;
    lastQuoted = JSON.stringify(message);
  }
  return lastQuoted;
}

/** The fields of a logger of pino that each of its lines tells, as text: `,"service":"http"`. */
function toBound(logger: object): string {
  return String(Reflect.get(logger, symbols.chindingsSym));
}

export function bindsTrace(logger: object): boolean {
  return toBound(logger).includes('"trace_id":');
}

/** Whether there is nothing to cut, to hide or to spell out at first sight, as in almost every line. */
export function isPlain(fields: LogFields): boolean {
  let count = 0;
  for (const name in fields) {
    count += 1;
    if (!isShort(fields[name]) || isSecret(name) || count > SHORT.fields) return false;
  }
  return true;
}

/** Of a kind, too, that JSON writes as pino does. */
function isShort(value: unknown): boolean {
  switch (typeof value) {
    case 'string':
      return value.length <= SHORT.characters;
    case 'number':
    case 'boolean':
    case 'undefined':
      return true;
    default:
      return value === null;
  }
}
