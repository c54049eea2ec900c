import { join } from 'node:path';
import type { Config } from '../../config/config.ts';
import type { Flush } from '../../disk/folder-flusher.ts';
import type { IndexGenerations } from '../../search/generations/index-generations.ts';
import { createLanceDbGenerations } from '../../search/generations/lancedb-generations.ts';
import { createWeaviateGenerations } from '../../search/generations/weaviate-generations.ts';
import type { OnRefresh } from '../../search/lancedb/lancedb-state.ts';
import type { FindLostSequences } from '../../search/weaviate/weaviate-chunks.ts';
import { createWeaviateCollections } from '../../search/weaviate/weaviate-collections.ts';
import { openWeaviateConnection } from '../../search/weaviate/weaviate-connection.ts';

/** Asks no server yet. `isShared`: other processes use the same corpus, and migrations are run by hand. */
export async function openGenerations(
  { index, dataDir, secretSources }: Config,
  {
    isShared,
    findLost,
    flush = null,
    onRefresh,
  }: {
    isShared: boolean;
    findLost?: FindLostSequences | undefined;
    flush?: Flush | null;
    onRefresh?: OnRefresh;
  },
): Promise<IndexGenerations> {
  if (index.kind === 'files')
    return createLanceDbGenerations({ folder: join(dataDir, 'index'), isShared, flush, onRefresh });
  const { collection: name, ...server } = index;
  const readApiKey = secretSources.get('BIO_MCP_WEAVIATE_API_KEY');
  const connection = await openWeaviateConnection({ server: { ...server, readApiKey } });
  const collections = createWeaviateCollections(connection);
  return createWeaviateGenerations({ connection, collections, name, makesMissing: !isShared, findLost });
}
