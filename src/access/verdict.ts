import type { CallOptions } from '../domain/call-options.ts';
import type { Caller } from '../domain/caller.ts';

/** What came of looking at a credential. */
export type Verdict =
  | {
      caller: Caller;
      /** Milliseconds since 1970; from then on it holds no longer. */
      endsAtMs: number;
    }
  | {
      caller: null;
      /** For the log alone: a caller is told nothing of it. */
      reason: string;
      /** Whether it is the caller's fault, so that it counts as a wrong credential. */
      counts: boolean;
    };

/** Of the request that shows a credential. */
export interface Asked {
  /** The address of `/mcp` as this request names it; `null` where it names none. */
  readonly resource: string | null;
  /** How long the last word on it may stand while nobody can be asked. Default: some seconds. */
  readonly staleMs?: number;
}

export interface LookOptions extends CallOptions, Asked {}

/** Looks at credentials of one kind. Throws where it cannot be told now, such as `DB_UNAVAILABLE`. */
export type LookAt = (token: string, options: LookOptions) => Promise<Verdict>;

export function refuse(reason: string, { counts = true } = {}): Verdict {
  return { caller: null, reason, counts };
}
