import type { WeaviateClient } from 'weaviate-client';
import type { CallOptions } from '../domain/call-options.ts';
import type { WeaviateConnection } from './weaviate-connection.ts';
import { hasCollection, makeCollection } from './weaviate-schema.ts';

/** The collections of chunks on one server, and the aliases that lead to them. */
export interface WeaviateCollections {
  exists(name: string, options: CallOptions): Promise<boolean>;
  /** Makes it, or what it lacks; safe from many processes at once. */
  make(name: string, options: CallOptions): Promise<void>;
  remove(name: string, options: CallOptions): Promise<void>;
  /** The collection that it leads to; `null` where there is none of that name. */
  findAlias(alias: string, options: CallOptions): Promise<string | null>;
  /** Every reader of `alias` finds `collection` from now on; changes nothing where it does already. */
  moveAlias(alias: string, collection: string, options: CallOptions): Promise<void>;
  /** The names of all that are there, other programs' included. */
  list(options: CallOptions): Promise<string[]>;
}

/** Making a collection, or moving an alias, on a busy cluster. */
const SCHEMA_MS = 60_000;

export function createWeaviateCollections(connection: WeaviateConnection): WeaviateCollections {
  const ask = <T>(doing: string, call: (client: WeaviateClient) => Promise<T>, { signal }: CallOptions) =>
    connection.ask(call, { doing, deadlineMs: SCHEMA_MS, signal });
  return {
    exists: (name, options) => ask('open', (client) => hasCollection(client, name), options),
    make: (name, options) =>
      ask('make a collection', (client) => makeCollection(connection.weaviate, client, name), options),
    remove: (name, options) =>
      ask('remove a collection', (client) => client.collections.delete(name), options),
    findAlias: (alias, options) =>
      ask('look for an alias', async (client) => (await findAlias(client, alias)) ?? null, options),
    moveAlias: (alias, collection, options) =>
      ask('move an alias', (client) => moveAlias(client, { alias, collection }), options),
    async list(options) {
      const collections = await ask(
        'list its collections',
        (client) => client.collections.listAll(),
        options,
      );
      return collections.map(({ name }) => name);
    },
  };
}

async function moveAlias(
  client: WeaviateClient,
  { alias, collection }: { alias: string; collection: string },
): Promise<void> {
  const find = () => findAlias(client, alias);
  const held = await find();
  if (held === collection) return;
  if (held !== undefined) {
    await client.alias.update({ alias, newTargetCollection: collection });
    return;
  }
  await client.alias.create({ alias, collection }).catch(async (error: unknown) => {
    // Another process may have been faster.
    if ((await find()) !== collection) throw error;
  });
}

async function findAlias(client: WeaviateClient, alias: string): Promise<string | undefined> {
  return ((await client.alias.listAll()) ?? []).find((one) => one.alias === alias)?.collection;
}
