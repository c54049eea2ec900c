import type { IndexState } from '../../domain/corpus/index-state.ts';
import type { FindLostSequences } from '../weaviate/weaviate-chunks.ts';
import { isGenerationOf, type WeaviateCollections } from '../weaviate/weaviate-collections.ts';
import type { WeaviateConnection } from '../weaviate/weaviate-connection.ts';
import { missingCollection } from '../weaviate/weaviate-errors.ts';
import { openWeaviateIndex } from '../weaviate/weaviate-index.ts';
import type { IndexGenerations } from './index-generations.ts';

/**
 * Each in a collection of its own, `<name>_<generation>`. `makesMissing`: opening makes what is missing,
 * since nobody runs migrations. Owns `connection`.
 */
export function createWeaviateGenerations({
  connection,
  collections,
  name,
  makesMissing,
  findLost = () => Promise.resolve([]),
}: {
  connection: WeaviateConnection;
  collections: WeaviateCollections;
  name: string;
  makesMissing: boolean;
  findLost?: FindLostSequences | undefined;
}): IndexGenerations {
  const toCollection = (generation: number) => `${name}_${generation}`;
  const openGeneration = ({ generation, dimensions, analyzer }: IndexState) =>
    openWeaviateIndex({ connection, collection: toCollection(generation), dimensions, analyzer, findLost });
  const setUp: IndexGenerations['setUp'] = ({ generation }, options) =>
    collections.make(toCollection(generation), options);
  return {
    setUp,
    async open(state, { isReplaced = false, ...options }) {
      const collection = toCollection(state.generation);
      if (isReplaced) {
        if (makesMissing && !(await collections.exists(collection, options))) await setUp(state, options);
        return openGeneration(state);
      }
      if (makesMissing) await setUp(state, options);
      if (!(await collections.exists(collection, options))) throw missingCollection(collection);
      return openGeneration(state);
    },
    async make(state, options) {
      const collection = toCollection(state.generation);
      if (await collections.exists(collection, options)) await collections.remove(collection, options);
      await collections.make(collection, options);
      return openGeneration(state);
    },
    share: async (made) => made,
    async removeOthers(generation, options) {
      const found = await collections.list(options);
      const others = found.filter((one) => isGenerationOf(name, one) && one !== toCollection(generation));
      for (const other of others) await collections.remove(other, options);
    },
    [Symbol.asyncDispose]: () => connection[Symbol.asyncDispose](),
  };
}
