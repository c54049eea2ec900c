/**
 * Works on up to `ahead` inputs at once and hands the results out in order. `take` resolves to everything that is ready,
 * at least one result, and to `null` at the end: a slow source is passed on piece by piece, a fast one in heaps. The
 * first failure, in order, is thrown after the results before it.
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
  const start = (input: Input) => {
    const entry = {
      isSettled: false,
      promise: work(input)
        .then((value): Settled<Output> => ({ value }))
        .catch((error: unknown): Settled<Output> => ({ error })),
    };
    running.push(entry);
    entry.promise.finally(() => {
      entry.isSettled = true;
    });
  };
  const fill = async () => {
    while (!ended && running.length < ahead) {
      const next = await inputs.next();
      if (next.done === true) ended = true;
      else start(next.value);
    }
  };
  return {
    async take(isFull) {
      await fill();
      const taken: Output[] = [];
      for (let first = running[0]; first !== undefined; first = running[0]) {
        if (taken.length > 0 && (!first.isSettled || isFull(taken))) break;
        const settled = await first.promise;
        if ('error' in settled && taken.length > 0) break;
        running.shift();
        if ('error' in settled) throw settled.error;
        taken.push(settled.value);
        await fill();
      }
      return taken.length === 0 ? null : taken;
    },
    async [Symbol.asyncDispose]() {
      ended = true;
      await Promise.all(running.map(({ promise }) => promise));
    },
  };
}
