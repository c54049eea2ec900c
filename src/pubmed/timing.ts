import { setTimeout as delay } from 'node:timers/promises';
import type { CallOptions } from '../domain/call-options.ts';
import { type Clock, systemClock } from '../domain/clock.ts';

/** Time and chance, passed in so that tests own both. */
export interface Timing extends Clock {
  /** 0 (inclusive) … 1 (exclusive). */
  random(): number;
  /** Rejects with the signal's reason as soon as it aborts. */
  sleep(durationMs: number, options: CallOptions): Promise<void>;
  /** Aborts with a `TimeoutError` after `durationMs`. */
  timeoutSignal(durationMs: number): AbortSignal;
}

export const systemTiming: Timing = {
  now: systemClock.now,
  random: () => Math.random(),
  async sleep(durationMs, { signal }) {
    signal.throwIfAborted();
    await delay(durationMs, undefined, { signal }).catch((error: unknown) => {
      signal.throwIfAborted();
      throw error;
    });
  },
  timeoutSignal: (durationMs) => AbortSignal.timeout(Math.max(0, Math.round(durationMs))),
};
