import type { CallOptions } from '../../domain/call-options.ts';
import { PubmedError } from '../../errors/pubmed-error.ts';
import type { SourceCallOptions } from '../literature-source.ts';
import type { RequestBudget } from '../request-budget.ts';
import type { Timing } from '../timing.ts';
import type { HttpAnswer } from './attempt.ts';
import type { Redact } from './redact.ts';
import type { UpstreamFault } from './upstream-fault.ts';

/** Full jitter: a pause of 0 … min(cap, base · 2^attempt) spreads callers that failed together. */
const PAUSE_BASE_MS = 500;
const PAUSE_CAP_MS = 20_000;
/** NCBI counts requests a second: after a 429 without Retry-After the second has to pass for everybody. */
const COOLDOWN_MS = 1_000;
const MAX_COOLDOWN_MS = 600_000;

/** When a request to NCBI may start: by the budget of all processes, its own deadline and NCBI's word. */
export function createRequestTurns({
  budget,
  timing,
  redact,
}: {
  budget: RequestBudget;
  timing: Timing;
  redact: Redact;
}) {
  /** Waits for a start within the deadline and resolves to how long that took. */
  async function take(last: UpstreamFault | null, options: SourceCallOptions): Promise<number> {
    const leftMs = options.deadlineAt - timing.now().getTime();
    if (leftMs <= 0) {
      if (last !== null) throw toPubmedError(last);
      throw new PubmedError('PUBMED_TIMEOUT', {
        message: 'the deadline passed before the request could start',
      });
    }
    const { granted, waitMs } = await budget.reserve(leftMs, options);
    if (granted) return waitMs;
    if (last !== null) throw toPubmedError(last);
    const message = `the next free start is ${waitMs} ms away, beyond the deadline`;
    throw new PubmedError('PUBMED_RATE_LIMITED', { message, retryAfterMs: waitMs });
  }

  /** Resolves to the pause before the next attempt; throws when there is to be none. */
  async function planPause(fault: UpstreamFault, tries: number, { signal, deadlineAt }: SourceCallOptions) {
    const asked = fault.retryAfterMs;
    if (fault.code === 'PUBMED_RATE_LIMITED' || asked !== null) {
      await budget.coolDown(Math.min(MAX_COOLDOWN_MS, Math.max(asked ?? 0, COOLDOWN_MS)), { signal });
    }
    const jitterMs = timing.random() * Math.min(PAUSE_CAP_MS, PAUSE_BASE_MS * 2 ** tries);
    const pauseMs = Math.max(asked ?? 0, jitterMs);
    if (!fault.isTransient || timing.now().getTime() + pauseMs >= deadlineAt) throw toPubmedError(fault);
    return pauseMs;
  }

  /** Without the fault itself, whose text is NCBI's own and may repeat the key. */
  function toPubmedError(fault: UpstreamFault): PubmedError {
    const retryAfterMs = fault.retryAfterMs ?? (fault.code === 'PUBMED_RATE_LIMITED' ? COOLDOWN_MS : null);
    return new PubmedError(fault.code, { message: redact(fault.message), retryAfterMs, cause: fault.cause });
  }

  /**
   * NCBI says how many requests are left in the running second. None left although our own starts cannot
   * have used them all up means that somebody outside uses the same key or address: let that second pass.
   * Where our own can have, the gap to the next start is what keeps to the limit, and a pause on top would
   * only waste starts.
   */
  async function honourRemaining(
    { headers }: Pick<HttpAnswer, 'headers'>,
    { signal }: CallOptions,
  ): Promise<void> {
    if (headers.get('x-ratelimit-remaining')?.trim() !== '0') return;
    const limit = Number(headers.get('x-ratelimit-limit') ?? Number.NaN);
    const ownAtMost = Math.ceil(1_000 / budget.gapMs);
    if (limit > ownAtMost) await budget.coolDown(COOLDOWN_MS, { signal });
  }

  return { take, planPause, honourRemaining };
}
