import type { CallOptions } from '../../domain/call-options.ts';
import type { IndexState } from '../../domain/corpus/index-state.ts';

/** The row that tells which index is searched. */
export interface IndexRow {
  /** Which index is searched, and who made its vectors; `null` before the first. */
  findIndexState(options: CallOptions): Promise<IndexState | null>;
  /** Of the first index: changes nothing where one is known. */
  setIndexState(state: IndexState, options: CallOptions): Promise<void>;
  /** The index of this generation holds vectors of more than one embedder from now on. */
  markMixed(generation: number, options: CallOptions): Promise<void>;
}
