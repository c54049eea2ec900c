/** Every I/O method takes these: `signal` is required so that cancellation cannot be dropped on the way. */
export interface CallOptions {
  readonly signal: AbortSignal;
}

/** For what nobody gives up: it ends by itself, or has a limit of its own. */
export const NEVER: CallOptions = { signal: new AbortController().signal };

/** Of whoever has the publish lock. */
export interface HeldOptions extends CallOptions {
  /**
   * Throws where the lock was lost meanwhile, which a process that was paused finds out late: asked before
   * what cannot be taken back.
   */
  requireTurn(): Promise<void>;
  /** Whether another caller waits for the lock, in this process or another one. */
  isWanted(): Promise<boolean>;
}
