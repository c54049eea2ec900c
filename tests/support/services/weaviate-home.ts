import { migrateCorpus } from '../../../src/compose/migrate-corpus.ts';
import {
  openWeaviateConnection,
  type WeaviateServer,
} from '../../../src/search/weaviate/weaviate-connection.ts';
import { makeTestHome, type TestHome, type TestHomeOptions } from '../corpus/test-corpus.ts';
import { findTestService } from './services.ts';
import { nameCollection, removeCollections, toTestServer } from './weaviate.ts';

export interface WeaviateHomeOptions extends TestHomeOptions {
  /** Default true. */
  isMigrated?: boolean;
  /** Default: the one of `TEST_WEAVIATE_URL`. */
  server?: WeaviateServer;
}

export interface WeaviateHome extends TestHome {
  /** What its collections begin with. */
  collection: string;
}

/**
 * A home whose index lies in collections of its own on a Weaviate of the tests; disposing of it removes them.
 */
export async function makeWeaviateHome(options: WeaviateHomeOptions = {}): Promise<WeaviateHome> {
  const { isMigrated = true, settings = {}, server: own, ...rest } = options;
  const server = own ?? toTestServer(findTestService('TEST_WEAVIATE_URL').url);
  const collection = nameCollection();
  const home = await makeTestHome({
    ...rest,
    settings: {
      BIO_MCP_WEAVIATE_URL: server.url,
      BIO_MCP_WEAVIATE_GRPC_URL: server.grpcUrl,
      BIO_MCP_WEAVIATE_COLLECTION: collection,
      ...settings,
    },
  });
  if (isMigrated) await migrateCorpus(home.config, { signal: new AbortController().signal });
  return {
    ...home,
    collection,
    async [Symbol.asyncDispose]() {
      await using connection = await openWeaviateConnection({ server });
      await removeCollections(connection, collection);
      await home[Symbol.asyncDispose]();
    },
  };
}
