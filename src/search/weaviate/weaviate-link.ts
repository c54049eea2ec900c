import type { ConnectionGRPC, WeaviateClient } from 'weaviate-client';
import type { ObjectToPut } from './weaviate-objects.ts';

export type WeaviatePackage = typeof import('weaviate-client');

export interface WeaviateLinkOptions {
  weaviate: WeaviatePackage;
  url: string;
  grpcUrl: string;
  /** `null`: the server lets anybody in. */
  apiKey: string | null;
  /** No limit of the client lies below a deadline of the caller. */
  seconds: { init: number; query: number; insert: number };
}

/** What Weaviate says of objects that it refuses, by their place in the request. */
export interface PutAnswer {
  errors: Record<number, { message: string }>;
}

type Search = Awaited<ReturnType<ConnectionGRPC['search']>>;
export type SearchRequest = Parameters<Search['withFetch']>[0] &
  Partial<Parameters<Search['withBm25']>[0] & Parameters<Search['withNearVector']>[0]>;
export type SearchReply = Awaited<ReturnType<Search['withFetch']>>;

/** An open client, and what it lacks. */
export interface WeaviateLink {
  client: WeaviateClient;
  /**
   * Puts objects by one request, each under its id. The client's `insertMany` waits a millisecond an object,
   * and then for the next half second, before it sends anything.
   */
  insert(collection: string, objects: readonly ObjectToPut[]): Promise<PutAnswer>;
  /**
   * Asks as the client does, and answers what came as it came. The client makes lists of all vectors, number
   * by number: docs/decisions/0025-what-weaviate-answers-is-read-as-it-came.md.
   */
  search(collection: string, request: SearchRequest, signal: AbortSignal): Promise<SearchReply>;
  /** What is under way ends. */
  close(): Promise<void>;
}

export async function openWeaviateLink(options: WeaviateLinkOptions): Promise<WeaviateLink> {
  const { weaviate, url, grpcUrl, apiKey, seconds } = options;
  const client = await weaviate.default.client({
    connectionParams: { http: toAddress(url), grpc: toAddress(grpcUrl) },
    ...(apiKey === null ? {} : { auth: new weaviate.ApiKey(apiKey) }),
    timeout: seconds,
    skipInitChecks: true,
  });
  let opened: Promise<ConnectionGRPC> | null = null;
  const open = () => {
    opened ??= openConnection(options);
    return opened;
  };
  const close = async () => {
    await client.close();
    (await opened)?.close();
  };
  try {
    // The client asks on the side, at its first use, and a failure of that would have nobody who
    // hears of it.
    await client.getWeaviateVersion();
  } catch (error) {
    await close();
    throw error;
  }
  return {
    client,
    async insert(collection, objects) {
      const batch = await (await open()).batch(collection);
      const { errors } = await batch.withObjects({ objects: objects.map(toBatchObject(collection)) });
      return { errors: Object.fromEntries(errors.map(({ index, error }) => [index, { message: error }])) };
    },
    async search(collection, request, signal) {
      const connection = await open();
      const searcher = await connection.search(collection, undefined, undefined, signal);
      return searcher.withFetch(request); // each of its methods sends what it is given
    },
    close,
  };
}

/** Of the kind that a client consists of, since the client keeps its own to itself; it sends nothing yet. */
async function openConnection(options: WeaviateLinkOptions): Promise<ConnectionGRPC> {
  const { weaviate, url, grpcUrl, apiKey, seconds } = options;
  const { host, port, secure } = toAddress(grpcUrl);
  const { connection } = await weaviate.ConnectionGRPC.use({
    host: url,
    headers: {},
    grpcAddress: `${host}:${port}`,
    grpcSecure: secure,
    ...(apiKey === null ? {} : { apiKey: new weaviate.ApiKey(apiKey) }),
    timeout: seconds,
    skipInitChecks: true,
  });
  return connection;
}

type Batch = Awaited<ReturnType<ConnectionGRPC['batch']>>;
type BatchObject = Parameters<Batch['withObjects']>[0]['objects'][number];

function toBatchObject(collection: string): (object: ObjectToPut) => BatchObject {
  return ({ id, properties, vector }) => {
    const lists = Object.entries(properties).filter((entry): entry is [string, string[]] =>
      Array.isArray(entry[1]),
    );
    const single = Object.entries(properties).filter(([, value]) => !Array.isArray(value));
    return {
      uuid: id,
      collection,
      tenant: '',
      vector: [],
      vectors: [],
      vectorBytes: new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength),
      properties: {
        nonRefProperties: Object.fromEntries(single),
        textArrayProperties: lists
          .filter(([, values]) => values.length > 0)
          .map(([propName, values]) => ({ propName, values })),
        // The type of an empty list cannot be told from what is in it.
        emptyListProps: lists.filter(([, values]) => values.length === 0).map(([propName]) => propName),
        singleTargetRefProps: [],
        multiTargetRefProps: [],
        numberArrayProperties: [],
        intArrayProperties: [],
        booleanArrayProperties: [],
        objectProperties: [],
        objectArrayProperties: [],
      },
    };
  };
}

function toAddress(text: string): { host: string; port: number; secure: boolean; path: string } {
  const { protocol, hostname, port, pathname } = new URL(text);
  const secure = protocol === 'https:';
  return {
    host: hostname,
    port: port === '' ? (secure ? 443 : 80) : Number(port),
    secure,
    path: pathname.replace(/\/$/, ''),
  };
}
