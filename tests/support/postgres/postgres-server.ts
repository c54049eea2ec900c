import pg from 'pg';
import { migrateDatabase, openPostgres } from '../../../src/store/database/database.ts';
import { startEmbeddedServer } from './embedded-postgres.ts';

/** What every migrated database is a copy of. */
const TEMPLATE = 'migrated';

/** No test cuts this server's power, and its databases are too young to be vacuumed. */
const SETTINGS = [
  'fsync=off',
  'full_page_writes=off',
  'autovacuum=off',
  'listen_addresses=127.0.0.1',
  'max_connections=200',
];

/** A round of hashing a connection: PostgreSQL's 4,096 take 2 CPU-ms and protect nothing here. */
const INITDB_FLAGS = ['--set=scram_iterations=1'];

export interface TestDatabaseOptions {
  /** Default true. */
  isMigrated?: boolean;
}

/** Disposing it removes the databases that were created through it, whoever is connected to them. */
export interface TestServer extends AsyncDisposable {
  /** Of its own database, for `connectTestServer` in another process. */
  url: string;
  /** Resolves to the URL of an empty one. */
  createDatabase(options?: TestDatabaseOptions): Promise<string>;
}

/** A server whose databases are made of a migrated template; disposing it stops it. */
export async function startTestServer(): Promise<TestServer> {
  const server = await startEmbeddedServer({ settings: SETTINGS, initdbFlags: INITDB_FLAGS });
  const { toUrl } = server;
  await server.createDatabase(TEMPLATE);
  {
    await using database = await openPostgres({ url: toUrl(TEMPLATE), max: 1 });
    await migrateDatabase(database);
  }
  const connected = await connectTestServer(toUrl('postgres'));
  return {
    ...connected,
    async [Symbol.asyncDispose]() {
      await connected[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** One that runs already: disposing it leaves it running. */
export async function connectTestServer(url: string): Promise<TestServer> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const names: string[] = [];
  return {
    url,
    async createDatabase({ isMigrated = true } = {}) {
      const name = `test_${process.pid}_${names.length + 1}`;
      names.push(name);
      const template = isMigrated ? TEMPLATE : 'template0';
      // Half the CPU of writing every page to the log as well.
      await client.query(`create database ${name} template ${template} strategy file_copy`);
      return Object.assign(new URL(url), { pathname: `/${name}` }).href;
    },
    async [Symbol.asyncDispose]() {
      for (const name of names) await client.query(`drop database ${name} with (force)`);
      await client.end();
    },
  };
}
