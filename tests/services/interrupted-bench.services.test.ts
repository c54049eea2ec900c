import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { constants } from 'node:os';
import { describe, test } from 'node:test';
import { sql } from 'kysely';
import { BENCH_FOLDER } from '../../bench/sample-file.ts';
import { createWeaviateCollections } from '../../src/search/weaviate/weaviate-collections.ts';
import { openWeaviateConnection } from '../../src/search/weaviate/weaviate-connection.ts';
import { openPostgres } from '../../src/store/database/database.ts';
import { endWithTest } from '../support/awaited.ts';
import { createTestPostgres } from '../support/postgres/databases.ts';
import { makeTestBucket, s3Endpoint, skipWithoutS3 } from '../support/services/s3-buckets.ts';
import { findTestService } from '../support/services/services.ts';
import { toTestServer } from '../support/services/weaviate.ts';

const { url, skip } = findTestService('TEST_WEAVIATE_URL');

/** What a bench does, which then goes on for ever. */
const PROGRAM = `
const { makeServicesCorpus } = await import(${JSON.stringify(new URL('../../bench/services-corpus.ts', import.meta.url))});
await using corpus = await makeServicesCorpus();
console.log(JSON.stringify({ database: corpus.database.url, collection: corpus.collection }));
await new Promise((resolve) => setTimeout(resolve, 3_600_000));
`;

describe('a bench on the real servers', { skip: skip || skipWithoutS3 }, () => {
  for (const ended of ['SIGINT', 'SIGTERM'] as const) {
    test(`that ${ended} ends leaves no database and no collection`, async ({ signal }) => {
      await mkdir(BENCH_FOLDER, { recursive: true });
      await using bucket = await makeTestBucket({ versioned: true });
      const databaseUrl = await createTestPostgres();
      const env = {
        ...process.env,
        BIO_MCP_DATABASE_URL: databaseUrl,
        BIO_MCP_ARCHIVE_BUCKET: bucket.name,
        BIO_MCP_S3_ENDPOINT: s3Endpoint,
        BIO_MCP_WEAVIATE_URL: url,
        BIO_MCP_WEAVIATE_GRPC_URL: toTestServer(url).grpcUrl,
      };
      const stdio = ['ignore', 'pipe', 'inherit'] as const;
      const bench = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM], {
        env,
        stdio: [...stdio],
      });
      endWithTest(bench);
      const [line] = await once(bench.stdout, 'data', { signal });
      const made = JSON.parse(String(line)) as { database: string; collection: string };
      const there = async () => ({
        isDatabase: (await listDatabases(databaseUrl)).includes(new URL(made.database).pathname.slice(1)),
        isCollection: (await listCollections(signal)).includes(made.collection),
      });
      assert.deepEqual(await there(), { isDatabase: true, isCollection: true });

      const exit = once(bench, 'exit', { signal });
      bench.kill(ended);

      assert.deepEqual(await exit, [128 + constants.signals[ended], null]);
      assert.deepEqual(await there(), { isDatabase: false, isCollection: false });
    });
  }
});

async function listDatabases(url: string): Promise<string[]> {
  await using server = await openPostgres({ url, max: 1 });
  const { rows } = await sql<{ datname: string }>`select datname from pg_database`.execute(server.kysely);
  return rows.map(({ datname }) => datname);
}

async function listCollections(signal: AbortSignal): Promise<string[]> {
  await using connection = await openWeaviateConnection({ server: toTestServer(url) });
  return createWeaviateCollections(connection).list({ signal });
}
