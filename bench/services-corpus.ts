import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { migrateCorpus } from '../src/compose/migrate-corpus.ts';
import { parseConfig } from '../src/config/config.ts';
import { createWeaviateCollections } from '../src/search/weaviate/weaviate-collections.ts';
import { openWeaviateConnection } from '../src/search/weaviate/weaviate-connection.ts';
import { openPostgres } from '../src/store/database/database.ts';
import { TOOLS } from '../src/tools/tools.ts';
import { NEVER } from './open-corpus.ts';
import { BENCH_FOLDER } from './sample-file.ts';

/**
 * An empty corpus on the servers that the environment names, in a database, below a prefix and in a
 * collection of its own; `environment` leads other processes to it. Disposing it removes all but the objects.
 */
export async function makeServicesCorpus() {
  const folder = await mkdtemp(join(BENCH_FOLDER, 'services-'));
  const id = randomUUID().replaceAll('-', '').slice(0, 12);
  const url = new URL(process.env.BIO_MCP_DATABASE_URL ?? '');
  const name = `bench_${id}`;
  {
    await using server = await openPostgres({ url: url.href, max: 2 });
    await sql`create database ${sql.id(name)}`.execute(server.kysely);
  }
  const outer = url.href;
  url.pathname = `/${name}`;
  const environment: NodeJS.ProcessEnv = {
    ...process.env,
    BIO_MCP_DATA_DIR: folder,
    BIO_MCP_DATABASE_URL: url.href,
    BIO_MCP_ARCHIVE_PREFIX: `bench-${id}`,
    BIO_MCP_WEAVIATE_COLLECTION: `Bench${id}`,
  };
  const config = parseConfig(environment, { platform: process.platform, homeDir: '/', cores: 2 }, TOOLS);
  const { index, database } = config;
  if (index.kind !== 'weaviate' || database.kind !== 'postgres')
    throw new Error('run `make services` and set what it prints');
  await migrateCorpus(config, NEVER);
  const connection = await openWeaviateConnection({ server: index });
  const collection = `${index.collection}_1`;
  return {
    config,
    database,
    environment,
    connection,
    collection,
    async [Symbol.asyncDispose]() {
      await using owned = connection;
      await createWeaviateCollections(owned).remove(collection, NEVER);
      await using server = await openPostgres({ url: outer, max: 2 });
      await sql`drop database ${sql.id(name)} with (force)`.execute(server.kysely);
      await rm(folder, { recursive: true });
    },
  };
}
