import type { CallOptions } from '../../domain/call-options.ts';
import { untilAborted } from '../../domain/concurrency/until-aborted.ts';

/** Tokens that are remembered: some 100 bytes each. */
const MOST_REMEMBERED = 20_000;
/**
 * Until a minute after the last change Weaviate answers from memory, where it may pass over the best passage
 * of a common word (`PERSISTENCE_MEMTABLES_FLUSH_DIRTY_AFTER_SECONDS`).
 */
const YOUNG_MS = 75_000;
/** To drop what was deleted from its segments moves the weights of words a little, which no count tells. */
const SETTLED_MS = 600_000;

/** What every process sees of the collection, and hardly any change leaves as it is. */
export interface CollectionState {
  /** All that it holds, whoever wrote it. */
  passages: number;
  /** The highest sequence number: revisions bring passages and take as many away. */
  entered: number;
}

export interface WeaviateCeilingsOptions {
  /**
   * The best score of each token alone, in order; `null` where no passage holds it. `isYoung`: it changed a
   * moment ago, for all that is known.
   */
  ask(
    tokens: readonly string[],
    options: CallOptions & { isYoung: boolean },
  ): Promise<readonly (number | null)[]>;
  findState(options: CallOptions): Promise<CollectionState>;
  /** The collection is about to change, or was changed by any process. */
  onChange(): void;
  /** Milliseconds. Default: those of this process. */
  now?: () => number;
}

export interface Ceilings {
  /** In the order of the tokens. */
  ceilings: readonly (number | null)[];
  passages: number;
}

/** What was told while the collection was in that state. */
interface Remembered {
  /** `null`: not asked yet, so that nothing may be remembered. */
  state: CollectionState | null;
  byToken: Map<string, number | null>;
  until: number;
  isYoung: boolean;
}

/**
 * The best score of a token alone, asked once as long as the collection stays as it is. That any process
 * wrote, undid or removed something is told by its state, which is asked with each question.
 */
export class WeaviateCeilings {
  readonly #ask: WeaviateCeilingsOptions['ask'];
  readonly #findState: WeaviateCeilingsOptions['findState'];
  readonly #onChange: WeaviateCeilingsOptions['onChange'];
  readonly #now: () => number;
  #remembered: Remembered;
  #finding: Promise<unknown> = Promise.resolve();

  constructor({ ask, findState, onChange, now = () => performance.now() }: WeaviateCeilingsOptions) {
    this.#ask = ask;
    this.#findState = findState;
    this.#onChange = onChange;
    this.#now = now;
    this.#remembered = this.#begin(null, YOUNG_MS);
  }

  /** The collection is about to change, or has changed. */
  forget(): void {
    this.#change(null);
  }

  /** The collection changed a moment ago, for all that is known. */
  get isYoung(): boolean {
    return this.#follow().isYoung;
  }

  find(tokens: readonly string[], options: CallOptions): Promise<Ceilings> {
    const finding = this.#find(tokens, options);
    this.#finding = finding;
    return finding;
  }

  /** Once the search for ceilings that began last has ended, however it did. */
  async settle({ signal }: CallOptions): Promise<void> {
    await untilAborted(Promise.allSettled([this.#finding]), signal);
  }

  async #find(tokens: readonly string[], options: CallOptions): Promise<Ceilings> {
    const first = await this.#look(tokens, options);
    if (first.isSame) return first;
    this.#change(first.state);
    return this.#look(tokens, options);
  }

  async #look(
    tokens: readonly string[],
    options: CallOptions,
  ): Promise<Ceilings & { state: CollectionState; isSame: boolean }> {
    const remembered = this.#follow();
    const asked = tokens.filter((token) => !remembered.byToken.has(token));
    const known = new Map(tokens.map((token) => [token, remembered.byToken.get(token) ?? null]));
    const [state, told] = await Promise.all([
      this.#findState(options),
      asked.length === 0 ? [] : this.#ask(asked, { ...options, isYoung: remembered.isYoung }),
    ]);
    for (const [at, token] of asked.entries()) known.set(token, told[at] ?? null);
    const isKnown = remembered.state !== null && isSameState(remembered.state, state);
    // What is told first may be of a moment after that of the scores.
    if (isKnown) {
      if (remembered.byToken.size >= MOST_REMEMBERED) remembered.byToken.clear();
      for (const token of asked) remembered.byToken.set(token, known.get(token) ?? null);
    }
    const isSame = remembered.state === null || isKnown;
    remembered.state ??= state;
    const ceilings = tokens.map((token) => known.get(token) ?? null);
    return { ceilings, passages: state.passages, state, isSame };
  }

  #follow(): Remembered {
    if (this.#now() >= this.#remembered.until)
      this.#remembered = this.#begin(this.#remembered.state, SETTLED_MS);
    return this.#remembered;
  }

  #change(state: CollectionState | null): void {
    this.#remembered = this.#begin(state, YOUNG_MS);
    this.#onChange();
  }

  #begin(state: CollectionState | null, forMs: number): Remembered {
    return { state, byToken: new Map(), until: this.#now() + forMs, isYoung: forMs === YOUNG_MS };
  }
}

function isSameState(one: CollectionState, other: CollectionState): boolean {
  return one.passages === other.passages && one.entered === other.entered;
}
