import type { WeaviateCollections } from '../search/weaviate/weaviate-collections.ts';
import type { WeaviateConnection } from '../search/weaviate/weaviate-connection.ts';
import { missingCollection } from '../search/weaviate/weaviate-errors.ts';
import { type FindLostSequences, openWeaviateIndex } from '../search/weaviate/weaviate-index.ts';
import type { IndexState } from '../store/corpus-store.ts';
import type { IndexGenerations } from './index-generations.ts';

/**
 * Each in a collection of its own, `<name>_<generation>`. Searches ask the alias `<name>`, which moves to the next one
 * at once, in all processes; writers, who must not write to the one before, name theirs. `makesMissing`: opening makes
 * what is missing, since nobody runs migrations. Owns `connection`.
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
  const isOurs = new RegExp(`^${name}_\\d+$`);
  const openGeneration = ({ generation, dimensions }: Pick<IndexState, 'generation' | 'dimensions'>) =>
    openWeaviateIndex({
      connection,
      collection: toCollection(generation),
      readAs: name,
      dimensions,
      findLost,
    });
  const setUp: IndexGenerations['setUp'] = ({ generation }, options) =>
    collections.make(toCollection(generation), options);
  return {
    searchesFollow: true,
    setUp,
    isSearched: async ({ generation }, options) =>
      (await collections.findAlias(name, options)) === toCollection(generation),
    leadSearches: ({ generation }, options) => collections.moveAlias(name, toCollection(generation), options),
    async open(state, mode, options) {
      if (mode === 'reindex') return openGeneration(state);
      const collection = toCollection(state.generation);
      if (makesMissing) await setUp(state, options);
      if (!(await collections.exists(collection, options))) throw missingCollection(collection);
      return openGeneration(state);
    },
    async make({ generation, dimensions }, options) {
      const collection = toCollection(generation);
      if (await collections.exists(collection, options)) await collections.remove(collection, options);
      await collections.make(collection, options);
      return openWeaviateIndex({ connection, collection, dimensions, findLost });
    },
    async publish(made, state, options) {
      await collections.moveAlias(name, toCollection(state.generation), options);
      await made[Symbol.asyncDispose]();
      return openGeneration(state);
    },
    async removeOthers(generation, options) {
      const found = await collections.list(options);
      const others = found.filter((one) => isOurs.test(one) && one !== toCollection(generation));
      for (const other of others) await collections.remove(other, options);
    },
    [Symbol.asyncDispose]: () => connection[Symbol.asyncDispose](),
  };
}
