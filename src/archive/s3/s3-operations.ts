import type { CallOptions } from '../../domain/call-options.ts';
import { createTurns } from '../../domain/concurrency/turns.ts';
import { toS3ArchiveError } from './s3-archive-error.ts';

/** Requests under way at once: enough to hide the latency of each. */
export const SIDE_BY_SIDE = 32;
const OPERATION_TIMEOUT_MS = 120_000;
/**
 * What is under way when a caller gives up may still end, so that nothing is written after
 * `put` has rejected.
 */
const ENDING_MS = 2_000;

/** How every operation on the bucket is run, and how its failures are told. */
export function createS3Operations({
  operationTimeoutMs = OPERATION_TIMEOUT_MS,
}: {
  operationTimeoutMs?: number | undefined;
}) {
  const turns = createTurns(SIDE_BY_SIDE);
  /** Runs one operation; its failures leave as errors of the archive, the caller's own abort as it is. */
  function run<T>(
    name: string,
    { signal }: CallOptions,
    work: (abortSignal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    return turns.use(async () => {
      signal.throwIfAborted();
      const limit = AbortSignal.timeout(operationTimeoutMs);
      try {
        return await work(AbortSignal.any([signal, limit]));
      } catch (error) {
        signal.throwIfAborted();
        throw toS3ArchiveError(error, { name, isTimedOut: limit.aborted });
      }
    });
  }

  /** As `run`, for what changes something: it has a moment to end after the caller gave up. */
  function change<T>(name: string, { signal }: CallOptions, work: (abortSignal: AbortSignal) => Promise<T>) {
    signal.throwIfAborted();
    const ending = endAfter(signal, ENDING_MS);
    return run(name, { signal: ending.signal }, work).finally(() => ending[Symbol.dispose]());
  }

  return { run, change };
}

/** Aborts with `signal`'s reason so much later. */
function endAfter(signal: AbortSignal, ms: number): { signal: AbortSignal } & Disposable {
  const later = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const onAbort = () => {
    timer = setTimeout(() => later.abort(signal.reason), ms);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  return {
    signal: later.signal,
    [Symbol.dispose]() {
      signal.removeEventListener('abort', onAbort);
      clearTimeout(timer);
    },
  };
}
