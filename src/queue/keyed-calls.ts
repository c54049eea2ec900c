import type { CallOptions } from '../domain/call-options.ts';

export interface KeyedCall {
  tool: string;
  idempotencyKey: string;
  /** `toParamsHash` of the parameters as the tool takes them. */
  paramsHash: string;
  traceId: string;
}

/** Whoever holds one does the work, then calls `remember` or `forget` with it. */
export interface BegunCall extends KeyedCall {
  callId: string;
}

export type Beginning =
  | { state: 'begun'; call: BegunCall }
  /** Another caller is at it. */
  | { state: 'running' }
  | { state: 'answered'; result: unknown }
  /** The key stands for a call with other parameters, which runs or was answered. */
  | { state: 'conflict' };

/**
 * The calls that were made under a key, which all processes on a database share: of many callers with one key
 * one does the work. Fails with `DB_UNAVAILABLE`.
 */
export interface KeyedCalls {
  /**
   * A call that is begun and not answered within `runsAtMostMs` lost its process, and is begun anew by
   * the next caller.
   */
  begin(call: KeyedCall, runsAtMostMs: number, options: CallOptions): Promise<Beginning>;
  /** Answers the same call for `keepMs` from now on. Does nothing where the call was begun anew meanwhile. */
  remember(call: BegunCall, answer: { result: unknown; keepMs: number }, options: CallOptions): Promise<void>;
  /** As if it had never been begun. */
  forget(call: BegunCall, options: CallOptions): Promise<void>;
}
