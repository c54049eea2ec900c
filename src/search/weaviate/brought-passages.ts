import type { Brought } from './weaviate-objects.ts';

/** Some 4 kB each. */
const MOST_KEPT = 2_000;

/**
 * What searches brought of passages, of the last ones, so that nothing of these is asked for once more. Under
 * an id lies the same until the collection changes.
 */
export class BroughtPassages {
  readonly #byId = new Map<string, Brought>();

  get(id: string): Brought | undefined {
    return this.#byId.get(id);
  }

  /** Beside what was brought of the same passages before. */
  keep(found: ReadonlyMap<string, Brought>): void {
    const kept = this.#byId;
    for (const [id, { facts, words, passage, vector }] of found) {
      const before = kept.get(id);
      kept.delete(id);
      kept.set(id, {
        facts,
        words: words ?? before?.words ?? null,
        passage: passage ?? before?.passage ?? null,
        vector: vector ?? before?.vector ?? null,
      });
    }
    for (const oldest of kept.keys()) {
      if (kept.size <= MOST_KEPT) return;
      kept.delete(oldest);
    }
  }
}
