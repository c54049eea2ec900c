import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { CreateQueueCommand, DeleteQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { sql } from 'kysely';
import { readSampleRecords } from '../../bench/sample-file.ts';
import { createWeaviateCollections } from '../../src/search/weaviate/weaviate-collections.ts';
import { openWeaviateConnection } from '../../src/search/weaviate/weaviate-connection.ts';
import { openPostgres } from '../../src/store/database/database.ts';

/** Above the PMIDs that PubMed has given. */
const FIRST_PMID = 200_000_000;

export interface FreshCorpus extends AsyncDisposable {
  /** The settings of every process on it. */
  env: Record<string, string>;
  databaseUrl: string;
  prefix: string;
  collection: string;
  queueUrl: string;
  dlqUrl: string;
}

/** A database, a prefix, queues and collections of its own on the servers that `make services` started. */
export async function makeFreshCorpus(folder: string, stamp: string): Promise<FreshCorpus> {
  const given = requireEnv('BIO_MCP_DATABASE_URL');
  const name = `walk_${stamp}`;
  const databaseUrl = Object.assign(new URL(given), { pathname: `/${name}` }).href;
  await withDatabase(given, `create database ${name}`);
  const sqs = new SQSClient({ endpoint: new URL(requireEnv('BIO_MCP_JOBS_QUEUE_URL')).origin });
  const makeQueue = async (QueueName: string) =>
    (await sqs.send(new CreateQueueCommand({ QueueName }))).QueueUrl ?? '';
  const [queueUrl, dlqUrl] = [await makeQueue(`walk-${stamp}`), await makeQueue(`walk-${stamp}-dlq`)];
  const prefix = `walk-${stamp}`;
  const collection = `Walk${stamp}`;
  const env = {
    ...withPrefix('AWS_'),
    PATH: process.env.PATH ?? '',
    HOME: process.env.HOME ?? '',
    BIO_MCP_DATA_DIR: folder,
    BIO_MCP_LOAD_DIR: join(folder, 'nlm'),
    BIO_MCP_DATABASE_URL: databaseUrl,
    BIO_MCP_ARCHIVE_BUCKET: requireEnv('BIO_MCP_ARCHIVE_BUCKET'),
    BIO_MCP_ARCHIVE_PREFIX: prefix,
    BIO_MCP_S3_ENDPOINT: requireEnv('BIO_MCP_S3_ENDPOINT'),
    BIO_MCP_JOBS_QUEUE_URL: queueUrl,
    BIO_MCP_JOBS_DLQ_URL: dlqUrl,
    BIO_MCP_WEAVIATE_URL: requireEnv('BIO_MCP_WEAVIATE_URL'),
    BIO_MCP_WEAVIATE_COLLECTION: collection,
    BIO_MCP_INGEST_THREADS: '1',
  };
  return {
    env,
    databaseUrl,
    prefix,
    collection,
    queueUrl,
    dlqUrl,
    async [Symbol.asyncDispose]() {
      for (const QueueUrl of [queueUrl, dlqUrl]) await sqs.send(new DeleteQueueCommand({ QueueUrl }));
      sqs.destroy();
      await removeCollections(env, collection);
      await withDatabase(given, `drop database ${name} with (force)`);
    },
  };
}

/** Those of its generations, and those of a corpus restored from it: all whose name begins as its own. */
async function removeCollections(env: Record<string, string>, collection: string): Promise<void> {
  const options = { signal: AbortSignal.timeout(60_000) };
  await using connection = await openWeaviateConnection({ server: toWeaviate(env) });
  const collections = createWeaviateCollections(connection);
  for (const name of await collections.list(options)) {
    if (name.startsWith(collection)) await collections.remove(name, options);
  }
}

export function toWeaviate(env: Record<string, string>) {
  const url = env.BIO_MCP_WEAVIATE_URL ?? '';
  const grpcUrl = Object.assign(new URL(url), { port: '50051' }).href;
  return { url, grpcUrl, apiKey: null };
}

/**
 * Files of a baseline, each with records of its own: the sample's, under other PMIDs. Resolves
 * to their folder.
 */
export async function writeBaseline(
  folder: string,
  { files, records }: { files: number; records: number },
): Promise<string> {
  const baseline = join(folder, 'nlm', 'baseline');
  await mkdir(baseline, { recursive: true });
  const sample = (await readSampleRecords()).map((bytes) => bytes.toString('latin1'));
  for (let file = 0; file < files; file += 1) {
    const texts = Array.from({ length: records }, (_, at) => {
      const place = file * records + at;
      return (sample[place % sample.length] ?? '')
        .replace(/(<PMID[^>]*>)\d+(<\/PMID>)/, `$1${FIRST_PMID + place}$2`)
        .replace(/(<ArticleId IdType="pubmed">)\d+(<\/ArticleId>)/, `$1${FIRST_PMID + place}$2`);
    });
    const xml = `<?xml version="1.0" encoding="UTF-8"?>\n<PubmedArticleSet>\n${texts.join('\n')}\n</PubmedArticleSet>\n`;
    const name = `pubmed26n${String(file + 1).padStart(4, '0')}.xml.gz`;
    await writeFile(join(baseline, name), gzipSync(Buffer.from(xml, 'latin1')));
  }
  return baseline;
}

function requireEnv(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: eval "$(make -s services)" first`);
  return value;
}

function withPrefix(prefix: string): Record<string, string> {
  const named = Object.entries(process.env).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(named.map(([name, value]) => [name, value ?? '']));
}

async function withDatabase(url: string, statement: string): Promise<void> {
  await using database = await openPostgres({ url, max: 1 });
  await sql.raw(statement).execute(database.kysely);
}
