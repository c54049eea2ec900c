export interface Turns {
  /**
   * Waits until fewer than the number are at work, in the order of asking. A failure is the caller's alone.
   */
  use<T>(work: () => Promise<T>): Promise<T>;
}

/** `count` may work at the same time; 1: one after the other. */
export function createTurns(count: number): Turns {
  const waiting: (() => void)[] = [];
  let free = count;
  return {
    async use(work) {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      try {
        return await work();
      } finally {
        const next = waiting.shift();
        if (next === undefined) free += 1;
        else next();
      }
    },
  };
}
