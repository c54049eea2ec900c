import type { RankedDocument } from './ranking.ts';

/**
 * A question that is a paper's title asks for that paper, whatever longer texts say with the same words: it
 * comes first, with the highest score there is.
 */
export function putNamedFirst(documents: readonly RankedDocument[], query: string): RankedDocument[] {
  const asked = toTitleKey(query);
  const named = new Set(documents.filter(({ facts }) => toTitleKey(facts.title) === asked));
  if (named.size === 0) return [...documents];
  const first = [...named].map((document) => ({ ...document, score: 1, closeness: null }));
  return [...first, ...documents.filter((document) => !named.has(document))];
}

/** Words alone: citations drop the last stop, and copies lose quotes and dashes. */
export function toTitleKey(title: string): string {
  return title
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
