import type { Clock } from '../../../src/domain/clock.ts';

export interface HeldClock extends Clock {
  advance(durationMs: number): void;
}

/** A clock that stands still until it is told to go on. */
export function createHeldClock(start = '2026-03-01T00:00:00.000Z'): HeldClock {
  let now = Date.parse(start);
  return {
    now: () => new Date(now),
    advance(durationMs) {
      now += durationMs;
    },
  };
}
