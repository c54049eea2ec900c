import { toPassageWords } from '../words/passage-words.ts';
import type { AbstractSentence } from './abstract-sentences.ts';
import type { ScoredSentence } from './choose-sentences.ts';

/**
 * What a sentence's score is made of. With static vectors on SciFact's marked sentences the cosine alone
 * finds one in 80 of 100 documents, all of it in 85 (docs/benchmarks.md).
 */
const WEIGHTS = { cosine: 0.6, words: 0.4, place: 0.2, result: 0.1, aim: -0.2 } as const;

/** A sentence with all words of the question, right at its meaning, at the end, that tells a result. */
const MOST_SCORE = WEIGHTS.cosine + WEIGHTS.words + WEIGHTS.place + WEIGHTS.result;

/** Where in an abstract a section of this kind stands, when an abstract has such a section. */
const PLACES: Readonly<Record<string, number>> = {
  BACKGROUND: 0,
  OBJECTIVE: 0,
  METHODS: 0.3,
  RESULTS: 1,
  CONCLUSIONS: 1,
};
const AIM =
  /\b(?:aims?|aimed|objectives?|purpose|background|to (?:determine|investigate|assess|evaluate|examine|compare|explore)|we (?:investigated|examined|sought|studied|aimed)|(?:was|were) (?:recruited|enrolled))\b/i;
const RESULT =
  /\b(?:results?|found|show(?:s|n|ed)?|suggest(?:s|ed)?|indicat(?:es?|ed)|conclu(?:des?|ded|sions?)|increas(?:es?|ed)|decreas(?:es?|ed)|reduc(?:es?|ed)|significant(?:ly)?|associated)\b/i;

/**
 * Scores each sentence: how close it is to the question in meaning and by its words, and whether it tells a
 * result rather than an aim. `asked`: the tokens of each word of the question. `cosines` has one for each
 * sentence; `null` where the question has no vector.
 */
export function scoreSentences(
  sentences: readonly AbstractSentence[],
  { asked, cosines }: { asked: readonly (readonly string[])[]; cosines: readonly number[] | null },
): ScoredSentence[] {
  return sentences.map((sentence, at) => {
    const { text, category } = sentence;
    const said = new Set(toPassageWords('', { section: null, text }).split(' '));
    const told = asked.filter((tokens) => tokens.some((token) => said.has(token)));
    const words = asked.length === 0 ? 0 : told.length / asked.length;
    const place = PLACES[category ?? ''] ?? at / Math.max(1, sentences.length - 1);
    const sum =
      WEIGHTS.words * words +
      WEIGHTS.cosine * (cosines?.[at] ?? words) +
      WEIGHTS.place * place +
      (RESULT.test(text) ? WEIGHTS.result : 0) +
      (AIM.test(text) ? WEIGHTS.aim : 0);
    return { ...sentence, score: Math.min(1, Math.max(0, sum / MOST_SCORE)) };
  });
}
