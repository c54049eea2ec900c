const LIFETIME_MS = 8 * 60 * 60 * 1_000;

/** NCBI's history server: lists of PMIDs under a WebEnv, gone after about eight hours. */
export class HistoryServer {
  readonly #now: () => number;
  readonly #environments = new Map<string, { lists: number[][]; expiresAt: number }>();

  constructor({ now }: { now: () => number }) {
    this.#now = now;
  }

  /** Returns the new list's place; without a known `webEnv` in a new environment. */
  put(pmids: number[], webEnv: string | null): { webEnv: string; queryKey: number } {
    const name = webEnv !== null && this.#environments.has(webEnv) ? webEnv : this.#nameNew();
    const environment = this.#environments.get(name) ?? { lists: [], expiresAt: this.#now() + LIFETIME_MS };
    environment.lists.push(pmids);
    this.#environments.set(name, environment);
    return { webEnv: name, queryKey: environment.lists.length };
  }

  /** `null`: expired, or never there. */
  find(webEnv: string, queryKey: number): number[] | null {
    const environment = this.#environments.get(webEnv);
    if (environment === undefined || environment.expiresAt <= this.#now()) return null;
    return environment.lists[queryKey - 1] ?? null;
  }

  expireAll(): void {
    this.#environments.clear();
  }

  #nameNew(): string {
    return `MCID_${(this.#environments.size + 1).toString(16).padStart(24, '0')}`;
  }
}
