import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { createWeaviateCollections } from '../src/search/weaviate/weaviate-collections.ts';
import { openWeaviateConnection } from '../src/search/weaviate/weaviate-connection.ts';
import { openPostgres } from '../src/store/database/database.ts';
import { NEVER } from './open-corpus.ts';

/** What one run has on the servers bears its id, so that whoever knows that can remove it. */
export function makeRunId(): string {
  return randomUUID().replaceAll('-', '').slice(0, 12);
}

export function toDatabaseName(id: string): string {
  return `bench_${id}`;
}

/** What the names of its collections begin with. */
export function toCollectionName(id: string): string {
  return `Bench${id}`;
}

/** Of the servers that the environment names, all but the objects in S3. */
export async function removeFromServers(id: string): Promise<void> {
  const {
    BIO_MCP_DATABASE_URL: database,
    BIO_MCP_WEAVIATE_URL: url,
    BIO_MCP_WEAVIATE_GRPC_URL,
  } = process.env;
  if (url !== undefined) {
    const grpcUrl = BIO_MCP_WEAVIATE_GRPC_URL ?? url.replace(/:\d+$/, ':50051');
    await using connection = await openWeaviateConnection({ server: { url, grpcUrl, apiKey: null } });
    const collections = createWeaviateCollections(connection);
    const names = await collections.list(NEVER);
    for (const name of names.filter((one) => one.startsWith(toCollectionName(id))))
      await collections.remove(name, NEVER);
  }
  if (database !== undefined) {
    await using server = await openPostgres({ url: database, max: 2 });
    await sql`drop database if exists ${sql.id(toDatabaseName(id))} with (force)`.execute(server.kysely);
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * Until it is disposed of, a signal that ends this process removes what the run has on the servers first.
 * `before` ends the processes that it started, and what else it leaves.
 */
export function removeOnSignal(id: string, before: () => void = () => undefined): Disposable {
  const onSignal = (signal: (typeof SIGNALS)[number]) => {
    before();
    // By another process, while nothing of this one goes on, so that it makes nothing anew behind it.
    const program = fileURLToPath(new URL('remove-from-servers.ts', import.meta.url));
    const { status } = spawnSync(process.execPath, [program, id], { stdio: 'inherit' });
    process.exit(status === 0 ? 128 + constants.signals[signal] : 1);
  };
  for (const signal of SIGNALS) process.once(signal, onSignal);
  return {
    [Symbol.dispose]() {
      for (const signal of SIGNALS) process.off(signal, onSignal);
    },
  };
}
