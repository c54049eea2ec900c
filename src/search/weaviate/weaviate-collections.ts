import type { WeaviateClient } from 'weaviate-client';
import type { CallOptions } from '../../domain/call-options.ts';
import type { WeaviateConnection } from './weaviate-connection.ts';
import { toWeaviateError } from './weaviate-errors.ts';
import { hasCollection, makeCollection } from './weaviate-schema.ts';

/** The collections of chunks on one server. */
export interface WeaviateCollections {
  exists(name: string, options: CallOptions): Promise<boolean>;
  /** Makes it, or what it lacks; safe from many processes at once. */
  make(name: string, options: CallOptions): Promise<void>;
  remove(name: string, options: CallOptions): Promise<void>;
  /**
   * Does all that a corpus does in a collection of that name: makes it, writes, searches and deletes an
   * object. Removes it.
   */
  probe(name: string, options: CallOptions): Promise<void>;
  /**
   * Throws where a shard of it takes no writes, as after its disk was nearly full: it goes on answering
   * searches, and others take writes.
   */
  requireWritable(name: string, options: CallOptions): Promise<void>;
  /** The names of all that are there, other programs' included. */
  list(options: CallOptions): Promise<string[]>;
}

/** Whether `collection` is a generation of the index `name`: "Chunk_7" of "Chunk". */
export function isGenerationOf(name: string, collection: string): boolean {
  return collection.startsWith(`${name}_`) && /^\d+$/.test(collection.slice(name.length + 1));
}

/** Of one step of a probe: somebody waits for it. */
const PROBE_MS = 8_000;

export function createWeaviateCollections(connection: WeaviateConnection): WeaviateCollections {
  const ask = <T>(doing: string, call: (client: WeaviateClient) => Promise<T>, { signal }: CallOptions) =>
    connection.ask(call, { doing, deadlineMs: connection.silenceMs, signal });
  return {
    exists: (name, options) => ask('open', (client) => hasCollection(client, name), options),
    make: (name, options) =>
      ask('make a collection', (client) => makeCollection(connection.weaviate, client, name), options),
    remove: (name, options) =>
      ask('remove a collection', (client) => client.collections.delete(name), options),
    async probe(name, options) {
      const { weaviate } = connection;
      const step = <T>(
        doing: string,
        call: (client: WeaviateClient) => Promise<T>,
        { signal }: CallOptions,
      ) => connection.ask(call, { doing, deadlineMs: PROBE_MS, signal, isWrite: true });
      try {
        await step('make a collection', (client) => makeCollection(weaviate, client, name), options);
        await step('write by gRPC', (client) => writeAndDelete(client, name), options);
      } finally {
        const tidying = { signal: AbortSignal.timeout(PROBE_MS) }; // also where the caller gave up
        await step('remove what a probe made', (client) => client.collections.delete(name), tidying);
      }
    },
    async requireWritable(name, options) {
      const shards = await ask(
        'look for its shards',
        (client) => client.collections.use(name).config.getShards(),
        options,
      );
      const refusing = shards.filter(({ status }) => status === 'READONLY');
      if (refusing.length === 0) return;
      const said = refusing.map((shard) => `shard ${shard.name} is ${shard.status}`).join(', ');
      throw toWeaviateError(new Error(`${name}: ${said}`), 'take writes');
    },
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

/** A deletion first: where gRPC is not to be reached the client does not try it again. */
async function writeAndDelete(client: WeaviateClient, name: string): Promise<void> {
  const probe = client.collections.use(name);
  const all = probe.filter.byProperty('pmid').greaterOrEqual(0);
  await probe.data.deleteMany(all);
  const { errors } = await probe.data.insertMany([{ properties: { pmid: 1 }, vectors: [1, 0] }]);
  const [failed] = Object.values(errors);
  if (failed !== undefined) throw new Error(failed.message);
  const { objects } = await probe.query.fetchObjects({ filters: all, limit: 2 });
  if (objects.length !== 1) throw new Error(`it found ${objects.length} objects where one was written`);
  await probe.data.deleteMany(all);
}
