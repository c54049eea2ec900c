import { setImmediate } from 'node:timers/promises';
import type { CallOptions } from '../../domain/call-options.ts';
import type { Abstract } from '../../domain/document/document.ts';
import type { Embedder } from '../../embedding/embedder.ts';
import { dot } from '../dot.ts';
import { readQuestion } from '../read-question.ts';
import { toAskedWords } from '../words/asked-words.ts';
import { toAbstractSentences } from './abstract-sentences.ts';
import { chooseSentences, type ScoredSentence } from './choose-sentences.ts';
import { scoreSentences } from './score-sentences.ts';

/**
 * The sentences of each abstract that answer the question, in reading order; none of an abstract without
 * text.
 */
export type SentenceSearch = (
  request: { query: string; abstracts: readonly Abstract[] },
  options: CallOptions,
) => Promise<ScoredSentence[][]>;

/**
 * `embedder` is asked for some hundred short texts with every search, so it is the built-in one, whatever
 * the index holds.
 */
export function createSentenceSearch({ embedder }: { embedder: Embedder }): SentenceSearch {
  return async ({ query, abstracts }, options) => {
    const { text: topic } = readQuestion(query);
    const question = await embedder.embed([topic], 'query', options);
    const knowsQuestion = question.some((value) => value !== 0);
    const asked = toAskedWords(topic).map(({ tokens }) => tokens);
    const chosen: ScoredSentence[][] = [];
    for (const abstract of abstracts) {
      // An abstract takes half a millisecond: other requests get their turn in between.
      if (chosen.length > 0) await setImmediate();
      const sentences = toAbstractSentences(abstract);
      const texts = sentences.map(({ text }) => text);
      const vectors = texts.length === 0 ? null : await embedder.embed(texts, 'passage', options);
      const cosines =
        vectors === null || !knowsQuestion
          ? null
          : texts.map((_, row) =>
              dot(question, vectors.subarray(row * question.length, (row + 1) * question.length)),
            );
      chosen.push(chooseSentences(abstract.text, scoreSentences(sentences, { asked, cosines })));
    }
    return chosen;
  };
}
