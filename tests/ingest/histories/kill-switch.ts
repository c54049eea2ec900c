/**
 * The named points at which a process may be killed: before and after each call that changes something. From
 * the point that was armed on, every such call fails, so that nothing is tidied up, as after `kill -9`.
 */
export class KillSwitch {
  /** The point at which it was. */
  killedAt: string | null = null;
  #left = Number.POSITIVE_INFINITY;
  #point: string | null = null;

  /** `points` from here on. */
  arm(points: number): void {
    this.#left = points;
    this.#point = null;
    this.killedAt = null;
  }

  /** The next time that this point is passed. */
  armAt(point: string): void {
    this.disarm();
    this.#point = point;
  }

  disarm(): void {
    this.arm(Number.POSITIVE_INFINITY);
  }

  pass(point: string): void {
    if (this.killedAt === null && --this.#left > 0 && point !== this.#point) return;
    this.killedAt ??= point;
    throw new Error(`killed ${this.killedAt}`);
  }

  /** The same object, whose `methods` are points. */
  guard<T extends object>(target: T, name: string, methods: readonly (keyof T & string)[]): T {
    const guarded = new Set<unknown>(methods);
    return new Proxy(target, {
      get: (_, key) => {
        const member: unknown = Reflect.get(target, key, target);
        if (typeof member !== 'function') return member;
        if (!guarded.has(key)) return member.bind(target);
        return async (...args: unknown[]) => {
          this.pass(`before ${name}.${String(key)}`);
          const answer: unknown = await member.apply(target, args);
          this.pass(`after ${name}.${String(key)}`);
          return answer;
        };
      },
    });
  }

  /** A call that blocks, as a point. */
  around<Args extends unknown[]>(name: string, call: (...args: Args) => void): (...args: Args) => void {
    return (...args) => {
      this.pass(`before ${name}`);
      call(...args);
      this.pass(`after ${name}`);
    };
  }
}
