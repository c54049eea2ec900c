import type { CallOptions } from '../domain/call-options.ts';
import type { BudgetFacts } from './literature-source.ts';
import type { StartSchedule } from './start-schedule.ts';
import type { Timing } from './timing.ts';

/**
 * NCBI allows 3 requests a second without a key and 10 with one. A gap of 334 ms was seen to draw 429, 400 ms
 * never (cyanheads/pubmed-mcp-server#162); 125 ms keeps the same margin below 10/s.
 */
const GAP_WITHOUT_KEY_MS = 400;
const GAP_WITH_KEY_MS = 125;
/**
 * A busy process wakes late, and then its starts would bunch up. Whoever is later than this share of a gap
 * books anew: four starts within NCBI's second would need three gaps, less one lateness, below 1,000 ms.
 */
const LATENESS_IN_GAPS = 0.25;
const MINUTE_MS = 60_000;

export interface RequestBudget {
  /** The gap between two starts, milliseconds. */
  readonly gapMs: number;
  /**
   * Waits for a start. An aborted wait frees the caller at once and gives its start up unused. `granted:
   * false` comes at once when the wait would be longer than `maxWaitMs`: `waitMs` then says how long it
   * would have been.
   */
  reserve(maxWaitMs: number, options: CallOptions): Promise<{ granted: boolean; waitMs: number }>;
  coolDown(durationMs: number, options: CallOptions): Promise<void>;
  describe(options: CallOptions): Promise<BudgetFacts>;
}

export interface RequestBudgetNeeds {
  schedule: StartSchedule;
  timing: Timing;
  hasApiKey: boolean;
  /** 0 (exclusive) … 1: the share of NCBI’s allowance that is ours (`BIO_MCP_PUBMED_SHARE`). */
  share: number;
}

export function createRequestBudget({
  schedule,
  timing,
  hasApiKey,
  share,
}: RequestBudgetNeeds): RequestBudget {
  const gapMs = Math.ceil((hasApiKey ? GAP_WITH_KEY_MS : GAP_WITHOUT_KEY_MS) / share);
  /** Of the latest minute, the first one first. */
  let starts: number[] = [];
  const dropOld = () => {
    const from = timing.now().getTime() - MINUTE_MS;
    starts = starts.filter((at) => at > from);
  };
  const noteStart = () => {
    dropOld();
    starts.push(timing.now().getTime());
  };
  return {
    gapMs,
    async describe({ signal }) {
      // A start that may not be waited for is not booked, and its wait is told.
      const [{ waitMs }, cooldownMs] = await Promise.all([
        schedule.book({ gapMs, maxWaitMs: -1 }, { signal }),
        schedule.cooldownLeftMs({ signal }),
      ]);
      dropOld();
      const aMinute = Math.floor(MINUTE_MS / gapMs);
      return { hasApiKey, share, aMinute, startedInMinute: starts.length, waitMs, cooldownMs };
    },
    async reserve(maxWaitMs, { signal }) {
      const begunAt = timing.now().getTime();
      for (;;) {
        signal.throwIfAborted();
        const waitedMs = timing.now().getTime() - begunAt;
        const { booked, waitMs } = await schedule.book(
          { gapMs, maxWaitMs: maxWaitMs - waitedMs },
          { signal },
        );
        if (!booked) return { granted: false, waitMs };
        if (waitMs <= 0) {
          noteStart();
          return { granted: true, waitMs: waitedMs };
        }
        const startAt = timing.now().getTime() + waitMs;
        await timing.sleep(waitMs, { signal });
        const isLate = timing.now().getTime() - startAt > gapMs * LATENESS_IN_GAPS;
        // A cooldown that somebody began meanwhile holds for this start too.
        if (!isLate && (await schedule.cooldownLeftMs({ signal })) <= 0) {
          noteStart();
          return { granted: true, waitMs: timing.now().getTime() - begunAt };
        }
      }
    },
    coolDown: (durationMs, options) => schedule.coolDown(durationMs, options),
  };
}
