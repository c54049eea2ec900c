import type { ChildProcess } from 'node:child_process';
import { getTestContext } from 'node:test';
import { setTimeout as delay, setImmediate } from 'node:timers/promises';

export interface Awaited {
  /** Reads on after "waited for": "the second request". */
  what: string;
  /** What came instead; default: nothing is told. */
  came?: () => string;
}

/**
 * Settles as `event` does. Where the running test is over before, since its time is up or something else in
 * it failed, it rejects, so that the test lets go of what it holds, and its report says what was awaited.
 */
export function awaitEvent<T>(event: Promise<T>, awaited: Awaited): Promise<T> {
  const signal = getTestContext()?.signal;
  if (signal === undefined) return event;
  const { promise: over, reject } = Promise.withResolvers<never>();
  const tell = tellAtEnd(awaited);
  const onAbort = () => reject(tell());
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  const settled = Promise.race([over, event]).finally(() => signal.removeEventListener('abort', onAbort));
  settled.catch(() => undefined); // who does not await it has nothing to hear
  return settled;
}

/** Asks until something is found, at most as long as the running test lasts. */
export async function askUntil<T>(
  ask: () => Promise<T | null>,
  { pauseMs, ...awaited }: Awaited & { pauseMs: number },
): Promise<T> {
  const signal = getTestContext()?.signal;
  const look = async (): Promise<T> => {
    for (;;) {
      const found = await ask();
      if (found !== null) return found;
      await (pauseMs > 0 ? delay(pauseMs, undefined, { signal }) : setImmediate(undefined, { signal }));
    }
  };
  return awaitEvent(look(), awaited);
}

/**
 * Kills the process at the end of its test, by default the one that starts it; what waits for its words or
 * its end hears of that.
 */
export function endWithTest(child: ChildProcess, signal = getTestContext()?.signal): void {
  const isAlive = () => child.exitCode === null && child.signalCode === null;
  signal?.addEventListener('abort', () => isAlive() && child.kill('SIGKILL'), {
    once: true,
  });
}

function tellAtEnd({ what, came }: Awaited): () => Error {
  const test = getTestContext();
  return () => {
    const told = `waited for ${what}${came === undefined ? '' : `; what came: ${came()}`}`;
    // What passed waits for nothing any more. Node has `passed`, its types have not.
    const isPassed = (test as { passed?: boolean } | undefined)?.passed === true;
    if (test !== undefined && 'diagnostic' in test && !isPassed) test.diagnostic(told);
    return new Error(`the test is over; it ${told}`);
  };
}
