import type { Timing } from '../../../src/pubmed/timing.ts';

export interface VirtualTime {
  timing: Timing;
  now(): number;
  /** A `fetch` during which no time passes: sleepers wake only while no request is under way. */
  fetch: typeof globalThis.fetch;
  /** Ends every running timeout, as if its time had passed. */
  expireTimeouts(): void;
  /** Durations of all sleeps, in order of their beginning. */
  readonly sleeps: readonly number[];
}

interface Sleeper {
  at: number;
  wake: () => void;
}

/**
 * A clock that jumps to the next sleeper's moment as soon as nothing else can happen. Client and stand-in
 * share it, so minutes of waiting for NCBI's limits pass in the order they would, and take no time.
 */
export function createVirtualTime({ random = () => 0.5 }: { random?: () => number } = {}): VirtualTime {
  let now = Date.UTC(2026, 2, 1);
  let underWay = 0;
  const sleepers = new Set<Sleeper>();
  const timeouts = new Set<{ at: number; controller: AbortController }>();
  const sleeps: number[] = [];

  function schedule(): void {
    setImmediate(() => {
      if (underWay > 0) return;
      const [next] = [...sleepers].sort((one, other) => one.at - other.at);
      if (next === undefined) return;
      sleepers.delete(next);
      now = Math.max(now, next.at);
      next.wake();
      schedule();
    });
  }

  function finishRequest(): void {
    underWay -= 1;
    schedule();
  }

  const timing: Timing = {
    now: () => new Date(now),
    random,
    sleep(durationMs, { signal }) {
      sleeps.push(durationMs);
      return new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        const sleeper = { at: now + durationMs, wake: resolve };
        sleepers.add(sleeper);
        signal.addEventListener('abort', () => {
          sleepers.delete(sleeper);
          reject(signal.reason);
        });
        schedule();
      });
    },
    timeoutSignal(durationMs) {
      const controller = new AbortController();
      timeouts.add({ at: now + durationMs, controller });
      return controller.signal;
    },
  };

  return {
    timing,
    now: () => now,
    sleeps,
    async fetch(input, init) {
      underWay += 1;
      let response: Response;
      try {
        response = await fetch(input, init);
      } catch (error) {
        finishRequest();
        throw error;
      }
      const { status, statusText, headers } = response;
      const body = relay(response.body, finishRequest);
      return new Response(ReadableStream.from(body) as ReadableStream<Uint8Array<ArrayBuffer>>, {
        status,
        statusText,
        headers,
      });
    },
    expireTimeouts() {
      for (const timeout of timeouts) {
        now = Math.max(now, timeout.at);
        timeout.controller.abort(new DOMException('the time is up', 'TimeoutError'));
      }
      timeouts.clear();
    },
  };
}

/** Time stands still until the body has been read, or has broken. */
async function* relay(
  body: ReadableStream<Uint8Array> | null,
  finish: () => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* body ?? [];
  } finally {
    finish();
  }
}
