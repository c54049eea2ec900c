import type { CallOptions } from '../../domain/call-options.ts';
import type { Abstract } from '../../domain/document.ts';
import type { Embedder } from '../../embedding/embedder.ts';
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
    const all = abstracts.map(toAbstractSentences);
    const texts = all.flat().map(({ text }) => text);
    if (texts.length === 0) return all.map(() => []);
    const question = await embedder.embed([query], 'query', options);
    const vectors = await embedder.embed(texts, 'passage', options);
    const knowsQuestion = question.some((value) => value !== 0);
    let at = 0;
    return all.map((sentences, place) => {
      const cosines = knowsQuestion ? sentences.map((_, one) => dotAt(vectors, at + one, question)) : null;
      at += sentences.length;
      const scored = scoreSentences(sentences, { query, cosines });
      return chooseSentences(abstracts[place]?.text ?? '', scored);
    });
  };
}

function dotAt(vectors: Float32Array, row: number, question: Float32Array): number {
  const start = row * question.length;
  return question.reduce((sum, value, at) => sum + value * (vectors[start + at] ?? 0), 0);
}
