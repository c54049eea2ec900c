import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { migrateCorpus } from '../src/compose/migrate-corpus.ts';
import { parseConfig } from '../src/config/config.ts';
import { openWeaviateConnection } from '../src/search/weaviate/weaviate-connection.ts';
import { openPostgres } from '../src/store/database/database.ts';
import { TOOLS } from '../src/tools/tools.ts';
import {
  makeRunId,
  removeFromServers,
  removeOnSignal,
  toCollectionName,
  toDatabaseName,
} from './on-servers.ts';
import { NEVER } from './open-corpus.ts';
import { BENCH_FOLDER } from './sample-file.ts';

/**
 * An empty corpus on the servers that the environment names, in a database, below a prefix and in a
 * collection of its own; `environment` leads other processes to it, which `endOthers` ends. Disposing it, and
 * a signal that ends this process, removes all but the objects.
 */
export async function makeServicesCorpus(endOthers?: () => void) {
  await using making = new AsyncDisposableStack();
  const folder = await mkdtemp(join(BENCH_FOLDER, 'services-'));
  making.defer(() => rm(folder, { recursive: true }));
  const id = makeRunId();
  const url = new URL(process.env.BIO_MCP_DATABASE_URL ?? '');
  const endRest = () => {
    endOthers?.();
    rmSync(folder, { recursive: true, force: true });
  };
  making.use(removeOnSignal(id, endRest));
  making.defer(() => removeFromServers(id));
  {
    await using server = await openPostgres({ url: url.href, max: 2 });
    await sql`create database ${sql.id(toDatabaseName(id))}`.execute(server.kysely);
  }
  url.pathname = `/${toDatabaseName(id)}`;
  const environment: NodeJS.ProcessEnv = {
    ...process.env,
    BIO_MCP_DATA_DIR: folder,
    BIO_MCP_DATABASE_URL: url.href,
    BIO_MCP_ARCHIVE_PREFIX: `bench-${id}`,
    BIO_MCP_WEAVIATE_COLLECTION: toCollectionName(id),
  };
  const config = parseConfig(environment, { platform: process.platform, homeDir: '/', cores: 2 }, TOOLS);
  const { index, database } = config;
  if (index.kind !== 'weaviate' || database.kind !== 'postgres')
    throw new Error('run `make services` and set what it prints');
  await migrateCorpus(config, NEVER);
  const connection = making.use(await openWeaviateConnection({ server: index }));
  const collection = `${index.collection}_1`;
  const made = making.move();
  return {
    config,
    database,
    environment,
    connection,
    collection,
    [Symbol.asyncDispose]: () => made.disposeAsync(),
  };
}
