/** Which index is searched, and who made its vectors. */
export interface IndexState {
  embedderId: string;
  dimensions: number;
  /** Each rebuild takes the next number, from 1. */
  generation: number;
  /** Who made its words: see `search/words/analyzer.ts`. */
  analyzer: number;
}
