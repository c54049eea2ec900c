import { randomUUID } from 'node:crypto';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { sql } from 'kysely';
import type { WeaviateClient } from 'weaviate-client';
import type { Config } from '../src/config/config.ts';
import type { WeaviateCall, WeaviateConnection } from '../src/search/weaviate/weaviate-connection.ts';
import { type ChunkObject, type ObjectToPut, withUntil } from '../src/search/weaviate/weaviate-objects.ts';
import { makeCollection } from '../src/search/weaviate/weaviate-schema.ts';
import { openPostgres } from '../src/store/database/database.ts';
import { NEVER } from './open-corpus.ts';

/** Sending to one server and nothing else. */
export interface RawWork {
  what: string;
  count: number;
  /** Resolves to the seconds of sending; leaves nothing behind but objects of S3. */
  run(): Promise<number>;
}

const SIDE_BY_SIDE = 32;
const ROWS_A_STATEMENT = 500;
const OBJECTS_A_REQUEST = 500;
const PAGE = 1_000;
const HOUR_MS = 3_600_000;

/** Objects of `bytes` each, 32 at once. */
export function createPuts(config: Config, { count, bytes }: { count: number; bytes: number }): RawWork {
  if (config.archive.kind !== 's3') throw new Error('BIO_MCP_ARCHIVE_BUCKET is not set');
  const { bucket } = config.archive;
  const endpoint = config.s3.endpoint;
  return {
    what: 'S3, PUTs',
    count,
    async run() {
      const client = new S3Client(endpoint === null ? {} : { endpoint, forcePathStyle: true });
      const body = Buffer.alloc(bytes, 'x');
      const folder = `bench-raw-${randomUUID()}`;
      let next = 0;
      const send = async () => {
        for (let at = next++; at < count; at = next++) {
          await client.send(new PutObjectCommand({ Bucket: bucket, Key: `${folder}/${at}`, Body: body }));
        }
      };
      const startedAt = performance.now();
      await Promise.all(Array.from({ length: SIDE_BY_SIDE }, send));
      const seconds = toSeconds(startedAt);
      client.destroy();
      return seconds;
    },
  };
}

/** Rows of one JSON document each, 500 a statement. */
export function createRows(url: string, { count, bytes }: { count: number; bytes: number }): RawWork {
  return {
    what: 'PostgreSQL, rows',
    count,
    async run() {
      await using database = await openPostgres({ url, max: 2 });
      const { kysely } = database;
      await sql`create table bench_rows (id int primary key, document jsonb not null)`.execute(kysely);
      const document = JSON.stringify({ text: 'heart '.repeat(Math.ceil(bytes / 6)) });
      const startedAt = performance.now();
      for (let from = 0; from < count; from += ROWS_A_STATEMENT) {
        const ids = Array.from({ length: Math.min(ROWS_A_STATEMENT, count - from) }, (_, at) => from + at);
        await sql`insert into bench_rows select id, ${document}::jsonb from unnest(${ids}::int[]) id`.execute(
          kysely,
        );
      }
      const seconds = toSeconds(startedAt);
      await sql`drop table bench_rows`.execute(kysely);
      return seconds;
    },
  };
}

/**
 * The very objects of `from` with their vectors, into an empty collection of the same schema, two
 * requests at once.
 */
export async function readInserts(connection: WeaviateConnection, from: string): Promise<RawWork> {
  const ask = <T>(work: WeaviateCall<T>) =>
    connection.ask(work, { doing: 'measure', deadlineMs: HOUR_MS, signal: NEVER.signal });
  const objects = await ask((client) => readObjects(client, from));
  return {
    what: 'Weaviate, objects',
    count: objects.length,
    run: () =>
      ask(async (client, _signal, link) => {
        const into = `${from}Raw`;
        await makeCollection(connection.weaviate, client, into);
        let next = 0;
        const send = async () => {
          for (let at = next; at < objects.length; at = next) {
            next += OBJECTS_A_REQUEST;
            const { errors } = await link.insert(into, objects.slice(at, at + OBJECTS_A_REQUEST));
            if (Object.keys(errors).length > 0) throw new Error('Weaviate refused an object');
          }
        };
        const startedAt = performance.now();
        await Promise.all([send(), send()]);
        const seconds = toSeconds(startedAt);
        await client.collections.delete(into);
        return seconds;
      }),
  };
}

async function readObjects(client: WeaviateClient, from: string): Promise<ObjectToPut[]> {
  const source = client.collections.use<string, ChunkObject>(from);
  const objects: ObjectToPut[] = [];
  for (let after: string | undefined; ; ) {
    const page = await source.query.fetchObjects({
      limit: PAGE,
      includeVector: true,
      ...(after === undefined ? {} : { after }),
    });
    for (const found of page.objects) objects.push(withUntil(found, found.properties.until));
    after = page.objects.at(-1)?.uuid;
    if (after === undefined) return objects;
  }
}

function toSeconds(startedAt: number): number {
  return (performance.now() - startedAt) / 1_000;
}
