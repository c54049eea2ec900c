import type { Logger } from '../../telemetry/logger.ts';
import type { Timing } from '../timing.ts';
import type { HttpAnswer } from './attempt.ts';

const DAY_MS = 86_400_000;

/**
 * Reads what time an answer says it is. Records are dated by NCBI's clock, and so are the days that a sync
 * asks for; ours only tells whether it is right, and where it is a day off, that is logged once.
 */
export function createAnswerClock({ timing, log }: { timing: Timing; log: Pick<Logger, 'warn'> }) {
  let isTold = false;
  return ({ headers }: HttpAnswer): Date | null => {
    const at = Date.parse(headers.get('date') ?? '');
    if (Number.isNaN(at)) return null;
    const here = timing.now();
    if (!isTold && Math.abs(at - here.getTime()) > DAY_MS) {
      isTold = true;
      const clocks = { ncbi: new Date(at).toISOString(), here: here.toISOString() };
      log.warn(clocks, 'the clock of this machine is more than a day off that of NCBI: set it right');
    }
    return new Date(at);
  };
}
