/** `reindex`: the index of the corpus may be missing or damaged, because it is about to be made anew. */
export type OpenMode = 'use' | 'reindex';
