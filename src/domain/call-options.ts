/** Every I/O method takes these: `signal` is required so that cancellation cannot be dropped on the way. */
export interface CallOptions {
  readonly signal: AbortSignal;
}
