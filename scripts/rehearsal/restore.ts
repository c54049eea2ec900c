import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { openPostgres } from '../../src/store/database/database.ts';
import type { FreshCorpus } from '../walk/fresh-corpus.ts';
import { fromImage } from '../walk/from-image.ts';
import { expect, say } from './report.ts';

/**
 * Database and index are lost, the archive is there: an empty database, `migrate`, `reindex`, and the same
 * counts as before.
 */
export async function restore(image: string, corpus: FreshCorpus): Promise<void> {
  const { runToEnd } = fromImage(image);
  const count = async (env: Record<string, string>) => {
    const { documents, chunks } = JSON.parse(await runToEnd(['status', '--json'], env));
    return `${documents} documents, ${chunks} chunks`;
  };
  const before = await count(corpus.env);
  say(`before: ${before}`);
  const name = `restored_${randomUUID().slice(0, 8)}`;
  await withDatabase(corpus.databaseUrl, `create database ${name}`);
  try {
    const env = {
      ...corpus.env,
      BIO_MCP_DATABASE_URL: Object.assign(new URL(corpus.databaseUrl), { pathname: `/${name}` }).href,
      BIO_MCP_WEAVIATE_COLLECTION: `${corpus.collection}Restored`,
    };
    for (const words of [['migrate'], ['reindex'], ['archive', 'verify']]) {
      say(`bio-mcp ${words.join(' ')}: ${(await runToEnd(words, env)).split('\n').at(-1)}`);
    }
    const after = await count(env);
    expect(after === before, `after: ${after}`);
  } finally {
    await withDatabase(corpus.databaseUrl, `drop database ${name} with (force)`);
  }
}

async function withDatabase(url: string, statement: string): Promise<void> {
  await using database = await openPostgres({ url, max: 1 });
  await sql.raw(statement).execute(database.kysely);
}
