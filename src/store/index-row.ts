import type { Kysely } from 'kysely';
import { MIXED_EMBEDDERS } from '../domain/corpus/index-state.ts';
import type { IndexRow } from './port/index-row.ts';
import type { Schema } from './schema.ts';

export function createIndexRow(kysely: Kysely<Schema>): IndexRow {
  return {
    async findIndexState({ signal }) {
      const row = await kysely.selectFrom('corpus_state').selectAll().executeTakeFirstOrThrow({ signal });
      const {
        embedder_id: embedderId,
        dimensions,
        index_generation: generation,
        index_analyzer: analyzer,
      } = row;
      if (embedderId === null || dimensions === null) return null;
      return { embedderId, dimensions, generation, analyzer };
    },
    async setIndexState({ embedderId, dimensions, generation, analyzer }) {
      const state = {
        embedder_id: embedderId,
        dimensions,
        index_generation: generation,
        index_analyzer: analyzer,
      };
      await kysely.updateTable('corpus_state').set(state).where('embedder_id', 'is', null).execute();
    },

    async markMixed(generation) {
      const marked = { embedder_id: MIXED_EMBEDDERS };
      await kysely
        .updateTable('corpus_state')
        .set(marked)
        .where('index_generation', '=', generation)
        .execute();
    },
  };
}
