import type { CallOptions } from '../../domain/call-options.ts';
import type { IndexState } from '../../domain/corpus/index-state.ts';
import type { SearchIndex } from '../search-index.ts';

export interface OpenOptions extends CallOptions {
  /** A missing or damaged one is no failure: it is about to be replaced, or holds none. Default false. */
  readonly isReplaced?: boolean;
  /** The last sequence number, where a writer left a batch half-way that no other process settles. */
  readonly committed?: number | null;
}

/**
 * The search indexes of a corpus, one a generation: a rebuild fills the next one beside the one that answers.
 * Which one answers is what the database tells, and nothing here.
 */
export interface IndexGenerations extends AsyncDisposable {
  /** Makes what is missing of it, as `bio-mcp migrate` does; safe from many processes at once. */
  setUp(state: IndexState, options: CallOptions): Promise<void>;
  open(state: IndexState, options: OpenOptions): Promise<SearchIndex>;
  /**
   * An empty one: what a rebuild that was stopped left of it is removed. The caller holds the publish lock.
   */
  make(state: IndexState, options: CallOptions): Promise<SearchIndex>;
  /** `made` is whole: resolves to the index that answers in its place, beside those of other processes. */
  share(made: SearchIndex, state: IndexState): Promise<SearchIndex>;
  /** Those that were replaced, and those whose making was stopped half-way. */
  removeOthers(generation: number, options: CallOptions): Promise<void>;
}
