/**
 * Works on up to `ahead` inputs at once and hands the results out in order. `take` resolves to everything
 * that is ready, at least one result, and to `null` at the end: a slow source is passed on piece by piece, a
 * fast one in heaps. Inputs may take their time: results that are ready do not wait for them. The first
 * failure, in order, is thrown after the results before it.
 */
export interface ReadAhead<Output> extends AsyncDisposable {
  take(isFull: (taken: readonly Output[]) => boolean): Promise<Output[] | null>;
}

type Settled<Output> = { value: Output } | { error: unknown };

/** Disposing waits for what is under way: abort it first. `work` is never called after that. */
export function readAhead<Input, Output>(
  inputs: AsyncIterator<Input>,
  { ahead, work }: { ahead: number; work: (input: Input) => Promise<Output> },
): ReadAhead<Output> {
  const running: { promise: Promise<Settled<Output>>; isSettled: boolean }[] = [];
  let ended = false;
  let pumping: Promise<void> | null = null;
  let entered = Promise.withResolvers<void>();
  const enter = (promise: Promise<Settled<Output>>) => {
    const entry = { isSettled: false, promise };
    running.push(entry);
    promise.finally(() => {
      entry.isSettled = true;
    });
    wake();
  };
  const wake = () => {
    entered.resolve();
    entered = Promise.withResolvers();
  };
  const fill = async () => {
    while (!ended && running.length < ahead) {
      const next = await inputs.next();
      if (ended) break;
      if (next.done === true) ended = true;
      else enter(settle(work(next.value)));
    }
    pumping = null;
    wake();
  };
  const pump = () => {
    if (pumping !== null || ended || running.length >= ahead) return;
    pumping = fill().catch((error: unknown) => {
      ended = true;
      pumping = null;
      enter(Promise.resolve({ error }));
    });
  };
  return {
    async take(isFull) {
      const taken: Output[] = [];
      for (;;) {
        pump();
        const [first] = running;
        if (first === undefined) {
          if (ended || taken.length > 0) break;
          await entered.promise;
          continue;
        }
        if (taken.length > 0 && (!first.isSettled || isFull(taken))) break;
        const settled = await first.promise;
        if ('error' in settled && taken.length > 0) break;
        running.shift();
        if ('error' in settled) throw settled.error;
        taken.push(settled.value);
      }
      return taken.length === 0 ? null : taken;
    },
    async [Symbol.asyncDispose]() {
      ended = true;
      await pumping;
      await Promise.all(running.map(({ promise }) => promise));
    },
  };
}

function settle<Output>(working: Promise<Output>): Promise<Settled<Output>> {
  return working
    .then((value): Settled<Output> => ({ value }))
    .catch((error: unknown): Settled<Output> => ({ error }));
}
