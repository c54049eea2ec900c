import type { RankedDocument } from './ranking.ts';

/** Nothing that is written otherwise in its normal form. */
const ASCII = /^[\x20-\x7e]*$/;

/**
 * A question that is a paper's title asks for that paper, whatever longer texts say with the same words: it
 * comes first, with the highest score there is.
 */
export function putNamedFirst(documents: readonly RankedDocument[], query: string): RankedDocument[] {
  const asked = toTitleKey(query);
  const named = new Set(documents.filter(({ facts }) => hasTitleKey(facts.title, asked)));
  if (named.size === 0) return [...documents];
  const first = [...named].map((document) => ({ ...document, score: 1, closeness: null }));
  return [...first, ...documents.filter((document) => !named.has(document))];
}

/** Whether `toTitleKey` of the title is `key`; of most titles a glance tells that it is not. */
export function hasTitleKey(title: string, key: string): boolean {
  if (ASCII.test(title) && (title.length < key.length || !title.toLowerCase().includes(toFirstWord(key))))
    return false;
  return toTitleKey(title) === key;
}

/** Words alone: citations drop the last stop, and copies lose quotes and dashes. */
export function toTitleKey(title: string): string {
  return title
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

function toFirstWord(key: string): string {
  return key.split(' ', 1)[0] ?? '';
}
