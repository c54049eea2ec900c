/** Which index is searched, and who made its vectors. */
export interface IndexState {
  /** `MIXED_EMBEDDERS` where some of its passages were written while the embedder of the others was away. */
  embedderId: string;
  dimensions: number;
  /** Each rebuild takes the next number, from 1. */
  generation: number;
  /** Who made its words: see `search/words/analyzer.ts`. */
  analyzer: number;
}

/** No embedder's id: ids hold a colon. */
export const MIXED_EMBEDDERS = 'mixed';
