import { sql } from 'kysely';
import { BioMcpError } from '../../errors/bio-mcp-error.ts';
import type { Database } from './database.ts';
import { toDatabaseError } from './report-database-errors.ts';

/** 16 MiB of pages of 8 KiB: a segment of the server's log, and more than a batch of a load. */
const ROOM_PAGES = 2_048;

export interface DatabaseFacts {
  /** As `show server_version` says it: "18.4". */
  version: string;
  /** `most`: without those that the server keeps for its superusers. */
  connections: { used: number; most: number };
}

/**
 * Does what a migration and a reindex do, and takes it back: makes a schema and a table, and looks whether
 * the tables that are there are the user's own. Fails with `DB_UNAVAILABLE`, whose hint says what to do.
 */
export async function examineDatabase({ kysely }: Database): Promise<DatabaseFacts> {
  try {
    const { rows } = await sql<{ version: string; used: number; most: number }>`
      select split_part(current_setting('server_version'), ' ', 1) as version,
        (select count(*)::int from pg_stat_activity where backend_type = 'client backend') as used,
        current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
          - coalesce(current_setting('reserved_connections', true)::int, 0) as most`.execute(kysely);
    const [facts] = rows;
    if (facts === undefined) throw new Error('PostgreSQL answered without a row');
    await tryAndTakeBack(kysely);
    await requireOwnTables(kysely);
    return { version: facts.version, connections: { used: facts.used, most: facts.most } };
  } catch (error) {
    throw toDatabaseError(error);
  }
}

async function tryAndTakeBack(kysely: Database['kysely']): Promise<void> {
  const transaction = await kysely.startTransaction().execute();
  try {
    await sql`create schema bio_mcp_doctor`.execute(transaction);
    await sql`create table public.bio_mcp_doctor (probe integer)`.execute(transaction);
    await sql`select pg_notify('bio_mcp_doctor', '')`.execute(transaction);
    await tryRoom(transaction);
  } finally {
    await transaction.rollback().execute();
  }
}

/**
 * A disk that is full lets small things pass: there is room left in the pages and in the log of the server.
 * What a batch needs is asked for, unlogged, so that it costs neither log nor replicas anything; the rollback
 * gives it back.
 */
async function tryRoom(transaction: Database['kysely']): Promise<void> {
  await sql`create unlogged table public.bio_mcp_doctor_room (filler text)`.execute(transaction);
  await sql`alter table public.bio_mcp_doctor_room alter column filler set storage plain`.execute(
    transaction,
  );
  await sql`insert into public.bio_mcp_doctor_room select repeat('x', 8000) from generate_series(1, ${sql.lit(ROOM_PAGES)})`.execute(
    transaction,
  );
}

async function requireOwnTables(kysely: Database['kysely']): Promise<void> {
  const { rows } = await sql<{ name: string }>`
    select relname as name from pg_class
    where relnamespace = 'public'::regnamespace and relname in ('migrations', 'jobs', 'revisions')
      and not pg_has_role(relowner, 'usage')`.execute(kysely);
  if (rows.length === 0) return;
  const names = rows.map(({ name }) => name).join(', ');
  throw new BioMcpError(
    'DB_UNAVAILABLE',
    `Other users own the tables ${names}: connect as their owner, or make the user of BIO_MCP_DATABASE_URL a member of that role.`,
  );
}
