import { setTimeout as delay } from 'node:timers/promises';
import type { CallOptions } from '../domain/call-options.ts';

/**
 * Wakes one waiter. A ring that nobody waits for is kept, so that what happens between look and wait
 * is not missed.
 */
export class Bell {
  #rung = Promise.withResolvers<void>();

  readonly ring = (): void => this.#rung.resolve();

  /**
   * Resolves at a ring, or after `durationMs` without one. Rejects with the signal's reason as soon
   * as it aborts.
   */
  async heard(durationMs: number, { signal }: CallOptions): Promise<void> {
    signal.throwIfAborted();
    const woken = new AbortController();
    const quiet = delay(durationMs, undefined, { signal: AbortSignal.any([signal, woken.signal]) });
    try {
      await Promise.race([this.#rung.promise, quiet]);
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    } finally {
      woken.abort();
      this.#rung = Promise.withResolvers<void>();
    }
  }
}
