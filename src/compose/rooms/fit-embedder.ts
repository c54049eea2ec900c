import type { CallOptions } from '../../domain/call-options.ts';
import { type IndexState, MIXED_EMBEDDERS } from '../../domain/corpus/index-state.ts';
import type { Embedder } from '../../embedding/embedder.ts';
import { createMissingEmbedder } from '../../embedding/missing-embedder.ts';
import { toSearchText } from '../../search/chunking.ts';
import type { IndexBatch } from '../../search/search-index.ts';
import type { IndexRow } from '../../store/port/index-row.ts';

/** Who makes vectors for an index, whatever embedder made it. */
export interface FittingEmbedders {
  /** The one that made its vectors, where it is here; else one that knows no word. */
  choose(state: MadeBy): Embedder;
  /** What to tell whoever asks it; `null` where the embedder of the settings made it. */
  toNote(state: Pick<IndexState, 'embedderId'>): string | null;
  /**
   * The batch with vectors for that index. Where nobody here makes them, its passages are found by their
   * words alone, and the store is told first: those vectors are asked no more, also where the embedder comes
   * back.
   */
  fit(batch: IndexBatch, state: IndexState, options: CallOptions): Promise<IndexBatch>;
}

type MadeBy = Pick<IndexState, 'embedderId' | 'dimensions'>;

export interface FittingNeeds {
  /** The one of the settings, which made the vectors of every batch. */
  embedder: Embedder;
  /** Always here. */
  builtIn: Embedder;
  store: Pick<IndexRow, 'markMixed'>;
}

export function createFittingEmbedders({ embedder, builtIn, store }: FittingNeeds): FittingEmbedders {
  const find = ({ embedderId }: Pick<IndexState, 'embedderId'>) =>
    [embedder, builtIn].find(({ id }) => id === embedderId);
  const choose = (state: MadeBy) =>
    find(state) ?? createMissingEmbedder({ id: state.embedderId, dimensions: state.dimensions });
  return {
    choose,
    toNote(state) {
      if (state.embedderId === embedder.id) return null;
      const means = find(state) === undefined ? BY_WORDS : '';
      return `The vectors of the index were made by ${toName(state)}, and the settings ask for ${embedder.id}: corpus.reindex makes it anew.${means}`;
    },
    async fit(batch, state, options) {
      if (state.embedderId === embedder.id) return batch;
      if (find(state) === undefined && batch.chunks.length > 0)
        await store.markMixed(state.generation, options);
      const texts = batch.chunks.map((chunk) => toSearchText(chunk.facts.title, chunk));
      return { ...batch, vectors: await choose(state).embed(texts, 'passage', options) };
    },
  };
}

const BY_WORDS = ' Until then questions are answered by their words alone.';

function toName({ embedderId }: Pick<IndexState, 'embedderId'>): string {
  return embedderId === MIXED_EMBEDDERS ? 'more than one embedder' : embedderId;
}
