import { ANALYZER } from '../words/analyzer.ts';
import { toReadings } from '../words/asked-words.ts';
import type { Question } from '../words/question.ts';
import { HeldWords } from './held-words.ts';
import { toPhraseTest } from './phrases.ts';

/**
 * What a question says that papers have to hold, or must not hold, of the words of their passages
 * (`toPassageWords`).
 */
export interface Conditions {
  /** Each phrase stands in one of the passages. */
  holdsPhrases(passages: readonly string[]): boolean;
  /** Something excluded stands in one of the passages. */
  holdsExcluded(passages: readonly string[]): boolean;
  readonly hasExcluded: boolean;
}

/** `null` where the question sets none. `analyzer`: of the index of the passages, not the first one. */
export function toConditions(
  { phrases, excluded }: Pick<Question, 'phrases' | 'excluded'>,
  analyzer = ANALYZER,
): Conditions | null {
  if (phrases.length === 0 && excluded.length === 0) return null;
  const readings = toReadings(analyzer);
  const toEither = (phrase: string) => {
    const tests = readings.map((read) => toPhraseTest(phrase, read));
    // What a search finds comes again in the wider one that follows it.
    const known = new Map<string, boolean>();
    return (passage: HeldWords) => {
      const isHeld = known.get(passage.words) ?? tests.some((holds) => holds(passage));
      known.set(passage.words, isHeld);
      return isHeld;
    };
  };
  const wanted = phrases.map(toEither);
  const unwanted = excluded.map(toEither);
  const read = (passages: readonly string[]) => passages.map((words) => new HeldWords(words));
  return {
    holdsPhrases(passages) {
      const each = read(passages);
      return wanted.every((holds) => each.some(holds));
    },
    holdsExcluded(passages) {
      const each = read(passages);
      return unwanted.some((holds) => each.some(holds));
    },
    hasExcluded: unwanted.length > 0,
  };
}
