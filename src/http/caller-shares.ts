import type { Caller } from '../domain/caller.ts';

/**
 * How many of a kind each caller holds. Where nobody is asked who he is, all are one, and none is refused.
 */
export class CallerShares {
  readonly most: number;
  readonly #held = new Map<string, number>();

  /** `share` of `total` for each caller, and one at least. */
  constructor(total: number, share: number) {
    this.most = Math.max(1, Math.floor(total * share));
  }

  /** `null` where the caller holds as many as he may; disposed of once. */
  take({ name, via }: Caller): Disposable | null {
    if (name === null) return { [Symbol.dispose]() {} };
    const key = `${via} ${name}`;
    const held = this.#held.get(key) ?? 0;
    if (held >= this.most) return null;
    this.#held.set(key, held + 1);
    return { [Symbol.dispose]: () => this.#giveBack(key) };
  }

  #giveBack(key: string): void {
    const left = (this.#held.get(key) ?? 0) - 1;
    if (left > 0) this.#held.set(key, left);
    else this.#held.delete(key);
  }
}
