import { readdir, readFile } from 'node:fs/promises';
import { type Kysely, sql } from 'kysely';
import { type CallOptions, NEVER } from '../domain/call-options.ts';
import type { MigrationGap } from '../domain/corpus/migration-gap.ts';
import { BehindHeadError } from '../errors/behind-head-error.ts';
import { BioMcpError } from '../errors/bio-mcp-error.ts';
import { codeOf } from '../errors/code-of.ts';
import type { Schema } from './schema.ts';
import { requireNoTablesElsewhere } from './tables-elsewhere.ts';
import { type TablePatience, waitForTables } from './wait-for-tables.ts';

const FOLDER = new URL('./migrations/', import.meta.url);
/** Any number, the same for every release: whoever holds it migrates, the others wait. */
const LOCK = 7_236_001;

export interface Migration {
  name: string;
  /** The release before keeps working while this applies. */
  compatible: boolean;
  text: string;
}

/**
 * What tells a migration from the others is what follows its number, which only gives the order: numbers were
 * shared before they became unique, and databases of that time keep the names that they had.
 */
function toSubject(name: string): string {
  return name.replace(/^\d+_/, '');
}

/** The migrations of this release, in order. */
export async function listMigrations(): Promise<Migration[]> {
  return Promise.all(
    (await listNames()).map(async (name) => {
      const text = await readFile(new URL(`${name}.sql`, FOLDER), 'utf8');
      return { name, compatible: text.startsWith('--! compatible'), text };
    }),
  );
}

async function listNames(): Promise<string[]> {
  const files = (await readdir(FOLDER)).filter((name) => name.endsWith('.sql'));
  return files.map((name) => name.replace(/\.sql$/, '')).sort();
}

export interface MigrateOptions extends Partial<CallOptions>, TablePatience {}

/**
 * Applies what is missing, each migration in a transaction of its own; safe from many processes at once.
 * Resolves to the names of those that it applied itself. Throws `BehindHeadError`, and changes nothing, where
 * a later release has applied what this one cannot work with, or the tables lie in another schema.
 */
export async function migrate(database: Kysely<Schema>, options: MigrateOptions = {}): Promise<string[]> {
  const patience = { ...options, signal: options.signal ?? NEVER.signal };
  const gap = await findMigrationGap(database, patience);
  if (gap === null) return [];
  if (gap.later.length > 0) throw new BehindHeadError(gap);
  await requireNoTablesElsewhere(database, patience);
  const added: string[] = [];
  for (const migration of await listMigrations()) {
    try {
      if (await apply(database, migration, patience)) added.push(migration.name);
    } catch (error) {
      throw toMigrationError(error, migration.name);
    }
  }
  return added;
}

/** False where it was applied before. */
async function apply(
  database: Kysely<Schema>,
  { name, compatible, text }: Migration,
  patience: CallOptions & TablePatience,
): Promise<boolean> {
  const work = async (transaction: Kysely<Schema>, begin: () => Promise<void>) => {
    // Another process that migrates is waited for as long as it takes.
    await sql`select pg_advisory_xact_lock(${sql.lit(LOCK)})`.execute(transaction);
    await begin();
    await sql`create table if not exists migrations (
      name text primary key,
      compatible boolean not null,
      applied_at timestamptz not null default now()
    )`.execute(transaction);
    const applied = await transaction.selectFrom('migrations').select('name').execute();
    if (applied.some((row) => toSubject(row.name) === toSubject(name))) return false;
    for (const statement of toStatements(text)) await sql.raw(statement).execute(transaction);
    await transaction.insertInto('migrations').values({ name, compatible }).execute();
    return true;
  };
  return await waitForTables(database, name, work, patience);
}

/**
 * SQLSTATE classes that speak of the statement or of what is in the tables, not of the server; 42501 is a
 * lack of rights.
 */
const STATEMENT_REFUSED = /^(?:0A|22|23|2B|42(?!501))/;

function toMigrationError(error: unknown, name: string): unknown {
  if (!STATEMENT_REFUSED.test(codeOf(error))) return error;
  const said = error instanceof Error ? error.message : String(error);
  const told = `The database refused the migration ${name} (${said}). It changed nothing; those before it hold, and the release that runs goes on.`;
  return new BioMcpError(
    'DB_UNAVAILABLE',
    `${told} Correct what it names, and run \`bio-mcp migrate\` again.`,
    { cause: error },
  );
}

/**
 * For whoever puts tables of this release in the place of those that are there: what a later release added
 * would be gone, also where it is compatible. Throws `VALIDATION`: no waiting helps.
 */
export async function requireNoLater(database: Kysely<Schema>): Promise<void> {
  const applied = await database.selectFrom('migrations').select('name').orderBy('name').execute();
  const known = new Set((await listMigrations()).map(({ name }) => toSubject(name)));
  const later = applied.map(({ name }) => name).filter((name) => !known.has(toSubject(name)));
  if (later.length === 0) return;
  throw new BioMcpError(
    'VALIDATION',
    `A later release has migrated the database (${later.join(', ')}): a reindex by this one would take away what it added. Let that release, or a later one, do it.`,
  );
}

/** Throws `BehindHeadError` where a later release has applied what this one cannot work with. */
export async function requireFit(database: Kysely<Schema>, options: CallOptions): Promise<void> {
  const gap = await findMigrationGap(database, options);
  if (gap !== null && gap.later.length > 0) throw new BehindHeadError(gap);
}

/** Makes every table of this release, empty, where the session looks first. */
export async function createTables(transaction: Kysely<Schema>): Promise<void> {
  for (const { text } of await listMigrations()) {
    for (const statement of toStatements(text)) await sql.raw(statement).execute(transaction);
  }
}

/** `null`: every migration of this release is applied, and every later one says that it is compatible. */
export async function findMigrationGap(
  database: Kysely<Schema>,
  { signal }: CallOptions,
): Promise<MigrationGap | null> {
  const { rows } = await sql<{
    known: boolean;
  }>`select to_regclass('migrations') is not null as known`.execute(database, { signal });
  const applied =
    rows[0]?.known === true
      ? await database
          .selectFrom('migrations')
          .select(['name', 'compatible'])
          .orderBy('name')
          .execute({ signal })
      : [];
  const ours = await listNames();
  const known = new Set(ours.map(toSubject));
  const there = new Set(applied.map(({ name }) => toSubject(name)));
  const missing = ours.filter((name) => !there.has(toSubject(name)));
  const later = applied.filter(({ name, compatible }) => !known.has(toSubject(name)) && !compatible);
  if (missing.length === 0 && later.length === 0) return null;
  return { missing, later: later.map(({ name }) => name) };
}

/**
 * Our migrations end each statement with `;` at the end of a line, and hold no other such line. Comments may:
 * they are dropped first.
 */
function toStatements(text: string): string[] {
  const code = text.replaceAll(/^[ \t]*--.*$/gm, '');
  return code.split(/;\s*$/m).filter((statement) => statement.trim() !== '');
}
