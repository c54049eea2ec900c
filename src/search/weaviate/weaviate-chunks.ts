import type { Collection, FilterValue, WeaviateClient } from 'weaviate-client';
import type { CallOptions } from '../../domain/call-options.ts';
import { BioMcpError } from '../../errors/bio-mcp-error.ts';
import type { WeaviateCall, WeaviateConnection } from './weaviate-connection.ts';
import { missingCollection } from './weaviate-errors.ts';
import type { KeysName } from './weaviate-filter.ts';
import type { PutAnswer, SearchReply } from './weaviate-link.ts';
import type { ChunkObject, ObjectToPut } from './weaviate-objects.ts';
import {
  type Found,
  type FoundKeys,
  type Query,
  toFound,
  toFoundKeys,
  toSearchRequest,
} from './weaviate-query.ts';
import { hasCollection } from './weaviate-schema.ts';

/** A short tool's caller waits for it. */
const SEARCH_MS = 10_000;

type Chunks = Collection<ChunkObject, string, undefined>;
type CallOnChunks<T> = (chunks: Chunks, signal: AbortSignal) => Promise<T>;

/** The sequence numbers that nobody gets any more, though a late write may bear one. */
export type FindLostSequences = (options: CallOptions) => Promise<readonly number[]>;

/** The collection of one index: what is asked of it, each with its deadline, until it is closed. */
export class WeaviateChunks {
  readonly connection: WeaviateConnection;
  readonly #collection: string;
  #isClosed = false;

  constructor(connection: WeaviateConnection, collection: string) {
    this.connection = connection;
    this.#collection = collection;
  }

  /** `doing` completes "failed to …" for the operator. */
  read<T>(doing: string, call: CallOnChunks<T>, options: CallOptions): Promise<T> {
    return this.#ask(doing, (client, signal) => call(this.#of(client), signal), options);
  }

  /** Objects, one answer a query, all asked for at once. */
  find(doing: string, queries: readonly Query[], options: CallOptions): Promise<Found[][]> {
    return this.#search(doing, queries, toFound, options);
  }

  /** The keys of one kind, object by object. */
  async findKeys(
    doing: string,
    { name, ...ask }: { name: KeysName; where: FilterValue; limit: number },
    options: CallOptions,
  ): Promise<FoundKeys[]> {
    const query: Query = { ...ask, properties: [name, 'pmid'], hasVector: false };
    const [found = []] = await this.#search(doing, [query], (reply) => toFoundKeys(reply, name), options);
    return found;
  }

  /** What changes it, or decides what is changed; it may take as long as the server gives signs of life. */
  change<T>(doing: string, call: CallOnChunks<T>, options: CallOptions): Promise<T> {
    return this.#askToWrite(doing, (client, signal) => call(this.#of(client), signal), options);
  }

  /** One request. */
  put(doing: string, objects: readonly ObjectToPut[], options: CallOptions): Promise<PutAnswer> {
    const call: WeaviateCall<PutAnswer> = (_client, _signal, link) => link.insert(this.#collection, objects);
    return this.#askToWrite(doing, call, options);
  }

  /**
   * Weaviate would make a collection of its own guess out of the first object that is written to
   * a missing one.
   */
  async requireCollection(options: CallOptions): Promise<void> {
    const exists = await this.#ask(
      'look for its collection',
      (client) => hasCollection(client, this.#collection),
      options,
    );
    if (!exists) throw missingCollection(this.#collection);
  }

  /** By gRPC, as searches go: it tells of a missing collection too. */
  async ping(options: CallOptions): Promise<void> {
    const ask = { limit: 1, returnProperties: ['pmid' as const] };
    await this.read('answer', (chunks) => chunks.query.fetchObjects(ask), options);
  }

  /** How its shards stand: "shard x is READY, …". */
  async readShards(options: CallOptions): Promise<string> {
    const shards = await this.#ask(
      'look for its shards',
      (client) => client.collections.use(this.#collection).config.getShards(),
      options,
    );
    return shards.map(({ name, status }) => `shard ${name} is ${status}`).join(', ');
  }

  requireOpen(): void {
    if (this.#isClosed) throw new BioMcpError('INDEX_UNAVAILABLE', 'The search index is closed.');
  }

  close(): void {
    this.#isClosed = true;
  }

  #of(client: WeaviateClient): Chunks {
    return client.collections.use<string, ChunkObject>(this.#collection);
  }

  #search<T>(
    doing: string,
    queries: readonly Query[],
    read: (reply: SearchReply) => T[],
    options: CallOptions,
  ): Promise<T[][]> {
    const call: WeaviateCall<T[][]> = (_client, signal, link) =>
      Promise.all(
        queries.map(async (query) =>
          read(await link.search(this.#collection, toSearchRequest(query), signal)),
        ),
      );
    return this.#ask(doing, call, options);
  }

  async #askToWrite<T>(doing: string, call: WeaviateCall<T>, { signal }: CallOptions): Promise<T> {
    this.requireOpen();
    const deadlineMs = this.connection.silenceMs;
    return this.connection.ask(call, { doing, deadlineMs, signal, isWrite: true });
  }

  async #ask<T>(doing: string, call: WeaviateCall<T>, { signal }: CallOptions): Promise<T> {
    this.requireOpen();
    return this.connection.ask(call, { doing, deadlineMs: SEARCH_MS, signal });
  }
}
