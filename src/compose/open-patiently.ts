import { setTimeout as sleep } from 'node:timers/promises';
import type { CallOptions } from '../domain/call-options.ts';
import { createLastingFailure } from '../domain/lasting-failure.ts';
import { BehindHeadError } from '../errors/behind-head-error.ts';
import { BioMcpError, ERROR_CODES, type ErrorCode } from '../errors/bio-mcp-error.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { HealthCheck } from './check-health.ts';

interface Openable {
  services: object;
  checks: readonly HealthCheck[];
}

export interface PatientOptions<Opened> {
  /** Tried until it succeeds, or fails in a way that waiting does not mend. */
  open: (options: CallOptions) => Promise<Opened & AsyncDisposable>;
  /**
   * Failures that end the process although they may pass, such as one of the embedded
   * database. Default: none.
   */
  isFatal?: (code: ErrorCode) => boolean;
  logger: Logger;
  /** Between two tries. */
  pauseMs?: number;
}

/** A corpus that is there, or is on its way. */
export interface PatientCorpus<Services extends object> extends AsyncDisposable {
  /** Each member fails with what keeps the corpus from being opened, until it is open. */
  services: Services;
  /** Those of the opened corpus; before, one that names what fails. */
  listChecks(): readonly HealthCheck[];
  /** Rejects where waiting does not help, or with the reason of the signal. */
  opened: Promise<void>;
}

const PAUSE_MS = 2_000;

/**
 * Opens a corpus whose servers may be down, or whose migrations may not have run yet: a process that is
 * started before them, or while they are away, answers its probes and says what it waits for. Stops when the
 * signal aborts; disposing closes what was opened.
 */
export function openPatiently<Opened extends Openable>(
  { open, isFatal = () => false, logger, pauseMs = PAUSE_MS }: PatientOptions<Opened>,
  { signal }: CallOptions,
): PatientCorpus<Opened['services']> {
  const leaving = new AbortController();
  const either = AbortSignal.any([signal, leaving.signal]);
  let reason: BioMcpError = new BioMcpError(
    'DB_UNAVAILABLE',
    'The process is starting; try again in a moment.',
  );
  let corpus: (Opened & AsyncDisposable) | null = null;
  const tries = createLastingFailure({ logger, over: 'the corpus is open' });

  async function openAtLast(): Promise<void> {
    for (;;) {
      either.throwIfAborted();
      try {
        corpus = await open({ signal: either });
        tries.succeeded();
        return;
      } catch (error) {
        if (!(error instanceof BioMcpError) || !ERROR_CODES[error.code].retryable || isFatal(error.code))
          throw error;
        tries.failed(error, `waiting to open the corpus: ${error.hint}`);
        reason = error;
      }
      await sleep(pauseMs, undefined, { signal: either });
    }
  }

  const opened = openAtLast();
  opened.catch(() => undefined); // whoever serves awaits it
  const services = new Proxy({} as Opened['services'], {
    get(_target, name) {
      if (corpus === null) throw reason;
      return Reflect.get(corpus.services, name);
    },
  });
  return {
    services,
    opened,
    listChecks() {
      if (corpus !== null) return corpus.checks;
      const failing = reason;
      // Whatever BIO_MCP_READY_GATES says: no call can be answered yet.
      const check = async () => {
        throw failing;
      };
      return [{ name: toCheckName(failing), gates: true, check }];
    },
    async [Symbol.asyncDispose]() {
      leaving.abort();
      await opened.catch(() => undefined); // told to whoever serves
      await corpus?.[Symbol.asyncDispose]();
    },
  };
}

function toCheckName(error: BioMcpError): string {
  if (error instanceof BehindHeadError) return 'migrations';
  return ERROR_CODES[error.code].concerns ?? 'start';
}

/** One member of services that are on their way: each use of it asks for the member anew. */
export function lateMember<Services extends object, Name extends keyof Services>(
  services: Services,
  name: Name,
): Services[Name] & object {
  return new Proxy({} as Services[Name] & object, {
    get(_target, property) {
      const member: unknown = services[name];
      if (typeof member !== 'object' || member === null)
        throw new TypeError(`${String(name)} has no members`);
      const value: unknown = Reflect.get(member, property);
      return typeof value === 'function' ? value.bind(member) : value;
    },
  });
}

/** Subscribes as soon as the corpus is open, and says then that changes may have been missed. */
export function subscribeOnceOpen<Change>(
  opened: Promise<void>,
  source: { subscribe(listener: (change: Change | null) => void): Disposable },
  listener: (change: Change | null) => void,
): Disposable {
  let isWanted = true;
  let subscription: Disposable | null = null;
  const begin = () => {
    if (!isWanted) return;
    subscription = source.subscribe(listener);
    listener(null);
  };
  opened.then(begin, () => undefined); // whoever serves is told why it never opens
  return {
    [Symbol.dispose]() {
      isWanted = false;
      subscription?.[Symbol.dispose]();
    },
  };
}
