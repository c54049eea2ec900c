import type { CallOptions } from '../domain/call-options.ts';
import type { SearchIndex } from '../search/search-index.ts';
import type { IndexState } from '../store/corpus-store.ts';
import type { OpenMode } from './open-mode.ts';

/** The search index of a corpus; a rebuild fills the next generation beside the one that answers. */
export interface IndexGenerations extends AsyncDisposable {
  /** Makes what is missing of it, as `bio-mcp migrate` does; safe from many processes at once. Searches stay where they are. */
  setUp(state: IndexState, options: CallOptions): Promise<void>;
  /** Whether searches are answered by this one. */
  isSearched(state: IndexState, options: CallOptions): Promise<boolean>;
  /** From now on searches are answered by this one. The caller holds the publish lock and has read the state under it. */
  leadSearches(state: IndexState, options: CallOptions): Promise<void>;
  /** With `reindex` a missing or damaged one is no failure: it is about to be replaced. */
  open(state: IndexState, mode: OpenMode, options: CallOptions): Promise<SearchIndex>;
  /** An empty one: what a rebuild that was stopped left of it is removed. The caller holds the publish lock, until it is published. */
  make(state: IndexState, options: CallOptions): Promise<SearchIndex>;
  /** From now on everybody finds `made`; resolves to the index that answers in its place. */
  publish(made: SearchIndex, state: IndexState, options: CallOptions): Promise<SearchIndex>;
  /** Those that were replaced, and those whose making was stopped half-way. */
  removeOthers(generation: number, options: CallOptions): Promise<void>;
  /** Whether an open one goes on to the next generation by itself where searches are concerned. */
  readonly searchesFollow: boolean;
}
