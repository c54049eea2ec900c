import { randomUUID } from 'node:crypto';
import type { WeaviateClient } from 'weaviate-client';
import {
  openWeaviateConnection,
  type WeaviateConnection,
  type WeaviateServer,
} from '../../../src/search/weaviate/weaviate-connection.ts';
import { makeCollection } from '../../../src/search/weaviate/weaviate-schema.ts';

/** gRPC answers on its default port beside the server's own, or where `TEST_WEAVIATE_GRPC_URL` says. */
export function toTestServer(url: string): WeaviateServer {
  const { protocol, hostname } = new URL(url);
  const grpcUrl = process.env.TEST_WEAVIATE_GRPC_URL ?? `${protocol}//${hostname}:50051`;
  return { url, grpcUrl, apiKey: null };
}

export interface TestCollection extends AsyncDisposable {
  /** Of its own, so that tests share a server. */
  name: string;
  connection: WeaviateConnection;
}

/** A name for the collections of one test. */
export function nameCollection(): string {
  return `Test${randomUUID().replaceAll('-', '')}`;
}

/** An empty one; disposing of it removes it. */
export async function openTestCollection(server: WeaviateServer): Promise<TestCollection> {
  const connection = await openWeaviateConnection({ server });
  const name = nameCollection();
  await ask(connection, (client) => makeCollection(connection.weaviate, client, name));
  return {
    name,
    connection,
    async [Symbol.asyncDispose]() {
      await ask(connection, (client) => client.collections.delete(name));
      await connection[Symbol.asyncDispose]();
    },
  };
}

/** Removes every collection whose name begins with `prefix`. */
export async function removeCollections(connection: WeaviateConnection, prefix: string): Promise<void> {
  await ask(connection, async (client) => {
    const collections = await client.collections.listAll();
    for (const { name } of collections.filter((one) => one.name.startsWith(prefix))) {
      await client.collections.delete(name);
    }
  });
}

function ask<T>(connection: WeaviateConnection, call: (client: WeaviateClient) => Promise<T>): Promise<T> {
  const { signal } = new AbortController();
  return connection.ask(call, { doing: 'set a test up', deadlineMs: 30_000, signal });
}
