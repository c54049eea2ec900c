import type { CallOptions } from '../domain/call-options.ts';

export interface Booking {
  /** `false`: the next free start lies beyond `maxWaitMs`, and nothing was booked. */
  booked: boolean;
  /** Milliseconds from now to the booked start, or to the one that was too late. */
  waitMs: number;
}

/**
 * The next moment at which anybody who shares the key or the address may start a request. One value for
 * all of them: in this process for an embedded installation, one database row where several processes
 * share a database.
 */
export interface StartSchedule {
  /** Atomic: two bookings never lie closer together than `gapMs`, and none lies inside a cooldown. */
  book(request: { gapMs: number; maxWaitMs: number }, options: CallOptions): Promise<Booking>;
  /** Nobody starts for `durationMs` from now; a longer cooldown that already runs stays. */
  coolDown(durationMs: number, options: CallOptions): Promise<void>;
  /** Milliseconds left of the cooldown; 0 when none runs. */
  cooldownLeftMs(options: CallOptions): Promise<number>;
}
