import type { Clock } from '../domain/clock.ts';
import type { StartSchedule } from './start-schedule.ts';

/** For one process that shares its key with nobody. */
export function createLocalStartSchedule({ clock }: { clock: Clock }): StartSchedule {
  let nextStartAt = 0;
  let cooldownUntil = 0;
  let bookedAt = 0;
  return {
    async book({ gapMs, maxWaitMs }) {
      const now = clock.now().getTime();
      // The clock was set back since: what was booked by it counts for nothing.
      if (bookedAt > now) {
        nextStartAt = Math.min(nextStartAt, now + gapMs);
        cooldownUntil = Math.min(cooldownUntil, now + gapMs);
      }
      bookedAt = now;
      const startAt = Math.max(now, nextStartAt, cooldownUntil);
      const waitMs = startAt - now;
      if (waitMs > maxWaitMs) return { booked: false, waitMs };
      nextStartAt = startAt + gapMs;
      return { booked: true, waitMs };
    },
    async coolDown(durationMs) {
      cooldownUntil = Math.max(cooldownUntil, clock.now().getTime() + durationMs);
    },
    async cooldownLeftMs() {
      return Math.max(0, cooldownUntil - clock.now().getTime());
    },
  };
}
