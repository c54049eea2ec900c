import type { PhraseUnit } from './phrase-units.ts';
import { listEnds, type PassageWords } from './unit-ends.ts';

/** The words of a passage (`toPassageWords`), in order; they are parted, and made a set of, for who asks. */
export class HeldWords implements PassageWords {
  readonly words: string;
  #tokens: readonly string[] | null = null;
  #held: ReadonlySet<string> | null = null;
  readonly #ends = new Map<PhraseUnit, Map<number, readonly number[]>>();

  constructor(words: string) {
    this.words = words;
  }

  get tokens(): readonly string[] {
    this.#tokens ??= this.words.split(' ');
    return this.#tokens;
  }

  has(token: string): boolean {
    this.#held ??= new Set(this.tokens);
    return this.#held.has(token);
  }

  /** What `listEnds` says of `unit` at `at`, found once: a long phrase asks for it from many beginnings. */
  endsOf(unit: PhraseUnit, at: number): readonly number[] {
    const known = this.#ends.get(unit) ?? new Map<number, readonly number[]>();
    this.#ends.set(unit, known);
    const ends = known.get(at) ?? listEnds(this, at, unit);
    known.set(at, ends);
    return ends;
  }
}
