import type { NamesKind } from '../search-index.ts';
import type { KeysName } from './weaviate-filter.ts';
import type { FoundKeys } from './weaviate-query.ts';

export const NAMES: Readonly<Record<NamesKind, KeysName>> = {
  journals: 'journal_keys',
  mesh: 'mesh_keys',
  publicationTypes: 'publication_type_keys',
  languages: 'languages',
  authors: 'author_keys',
};
/** So many chunks are looked at. */
export const MOST_NAMED = 5_000;

/** Documents by key, of the keys that hold one of `pieces`: a document of several chunks counts once. */
export function countDocuments(found: readonly FoundKeys[], pieces: readonly string[]): Map<string, number> {
  const pmids = new Map<string, Set<number>>();
  for (const { pmid, keys } of found) {
    for (const key of keys) {
      if (!pieces.some((piece) => key.includes(piece))) continue;
      pmids.set(key, (pmids.get(key) ?? new Set()).add(pmid));
    }
  }
  return new Map([...pmids].map(([key, papers]) => [key, papers.size]));
}
