import { toAskedWords } from '../../search/words/asked-words.ts';
import { splitSentences } from '../../search/words/sentences.ts';

/** About five lines of a terminal. */
const MOST_CHARACTERS = 480;

/**
 * The run of whole sentences, of at most 480 characters, in which most words of the question stand: what to
 * print of a long passage. A cut is shown by `…`; a shorter passage comes back as it is.
 */
export function toExcerpt(passage: string, question: string): string {
  if (passage.length <= MOST_CHARACTERS) return passage;
  const sentences = splitSentences(passage);
  const asked = toTokens(question);
  let best = { from: 0, to: 0, found: -1 };
  for (const [from, first] of sentences.entries()) {
    let to = from;
    while ((sentences[to + 1]?.end ?? Number.POSITIVE_INFINITY) - first.start <= MOST_CHARACTERS) to += 1;
    const text = passage.slice(first.start, sentences[to]?.end);
    const found = toTokens(text).intersection(asked).size;
    if (found > best.found) best = { from, to, found };
  }
  const start = sentences[best.from]?.start ?? 0;
  const text = passage.slice(start, sentences[best.to]?.end);
  const before = best.from > 0 ? '… ' : '';
  const after = best.to < sentences.length - 1 ? ' …' : '';
  return `${before}${text}${after}`;
}

function toTokens(text: string): Set<string> {
  return new Set(toAskedWords(text).flatMap(({ tokens }) => tokens));
}
