/** NCBI's allowance: so many requests in any second, by key, or by address where no key is sent. */
export interface RateVerdict {
  allowed: boolean;
  count: number;
  limit: number;
  remaining: number;
}

const WINDOW_MS = 1_000;

export class RateWindow {
  readonly #now: () => number;
  readonly #startsByCaller = new Map<string, number[]>();

  constructor({ now }: { now: () => number }) {
    this.#now = now;
  }

  /** A refused request counts too. */
  count(caller: string, limit: number): RateVerdict {
    const now = this.#now();
    const starts = (this.#startsByCaller.get(caller) ?? []).filter((at) => at > now - WINDOW_MS);
    starts.push(now);
    this.#startsByCaller.set(caller, starts);
    const count = starts.length;
    return { allowed: count <= limit, count, limit, remaining: Math.max(0, limit - count) };
  }
}
