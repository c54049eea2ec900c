import type { CallOptions } from '../../domain/call-options.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Timing } from '../timing.ts';
import { BulkFault, BulkSourceError } from './bulk-source-error.ts';

export interface OutlastNeeds {
  timing: Pick<Timing, 'random' | 'sleep'>;
  log: Pick<Logger, 'warn'>;
}

/** In a row that brought nothing. */
const MOST_TRIES = 6;
const PAUSE_BASE_MS = 1_000;
const PAUSE_CAP_MS = 60_000;
/** Whoever is asked to wait longer is told so instead. */
const MOST_RETRY_AFTER_MS = 600_000;
const HINTS = {
  PUBMED_RATE_LIMITED: 'the server asks for fewer requests',
  PUBMED_UNAVAILABLE: 'the server cannot be reached or cannot answer',
  PUBMED_TIMEOUT: 'the server fell silent',
  PUBMED_BAD_RESPONSE: 'the server answered with something that is not the file',
} as const;

/**
 * Attempts again after a `BulkFault`, with pauses that grow and the server's own wish honoured,
 * until six attempts in a row brought nothing. `attempt` calls `progress` whenever it got further
 * than any attempt before.
 */
export async function outlast<T>(
  { timing, log }: OutlastNeeds,
  name: string,
  attempt: (progress: () => void) => Promise<T>,
  { signal }: CallOptions,
): Promise<T> {
  let tries = 0;
  let gotFurther = false;
  const progress = () => {
    gotFurther = true;
  };
  for (;;) {
    try {
      return await attempt(progress);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof BulkFault)) throw error;
      tries = gotFurther ? 0 : tries + 1;
      gotFurther = false;
      log.warn(
        { file: name, barren_attempts: tries, code: error.code, reason: error.message },
        'a download was interrupted',
      );
      const asked = error.retryAfterMs ?? 0;
      if (tries >= MOST_TRIES || asked > MOST_RETRY_AFTER_MS) throw giveUp(name, error);
      const jitterMs =
        (0.5 + timing.random() / 2) * Math.min(PAUSE_CAP_MS, PAUSE_BASE_MS * 2 ** Math.max(0, tries - 1));
      await timing.sleep(Math.max(asked, jitterMs), { signal });
    }
  }
}

function giveUp(name: string, fault: BulkFault): BulkSourceError {
  const problem = `${HINTS[fault.code]}. What was loaded is kept; the same command goes on from there later.`;
  return new BulkSourceError(fault.code, name, problem, { detail: fault.message, cause: fault });
}
