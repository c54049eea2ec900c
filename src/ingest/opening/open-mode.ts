/** `reindex`: the index of the corpus may be another embedder's, because it is about to be made anew. */
export type OpenMode = 'use' | 'reindex';
