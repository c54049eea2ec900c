import { hostname } from 'node:os';
import { Kysely, type LogEvent, PostgresDialect, type PostgresPool } from 'kysely';
import { type MigrateOptions, migrate } from '../migrate.ts';
import type { Schema } from '../schema.ts';
import { createProcessNotices, type Notices } from './notices.ts';
import { PglitePool, type PglitePoolOptions } from './pglite/pglite-pool.ts';
import { requireMigrations } from './pglite/require-migrations.ts';
import { createHeldPublishLock, createPublishLock, type PublishLock } from './publish-lock.ts';
import { toDatabaseError } from './report-database-errors.ts';
import { createSchemaPool } from './schema-pool.ts';
import type { LockHolder } from './server/lock-holder.ts';

/** A connection to the corpus' database; `lockScope` tells how a lock reaches everybody who could hold it. */
export interface Database extends AsyncDisposable {
  readonly kysely: Kysely<Schema>;
  /** On connections of its own whose statements end only by themselves: for whoever waits for a lock. */
  readonly patient: Kysely<Schema>;
  /** `process`: the database serves this process alone. `server`: others may be connected. */
  readonly lockScope: 'process' | 'server';
  /** The embedded one was not closed well the last time: a power cut, a kill, a crash. */
  readonly wasInterrupted: boolean;
  /**
   * The same database, patient, and looking for its tables in another schema first. Closing
   * it closes nothing.
   */
  inSchema(schema: string): Database;
  readonly notices: Notices;
  /** Of the tables in use; whoever reaches others beside them by `inSchema` holds it already. */
  readonly publishLock: PublishLock;
}

/**
 * Opens (and in an empty folder makes) the embedded database, and brings it to the newest migration. Throws
 * `DamagedDatabaseError`, here and from whatever meets the damage later. A pool that was made before has
 * begun to open already.
 */
export async function openPglite(
  from: PglitePoolOptions | PglitePool,
  { onStatement }: StatementListener = {},
): Promise<Database> {
  const pool = from instanceof PglitePool ? from : new PglitePool(from);
  const { wasInterrupted } = await pool.open().catch(async (error: unknown) => {
    await Promise.allSettled([pool.end()]);
    throw toDatabaseError(error);
  });
  const database = toDatabase({ pool, patientPool: pool }, 'process', {
    wasInterrupted,
    notices: createProcessNotices(),
    publishLock: createPublishLock(null),
    onStatement,
  });
  await migrateOrClose(database);
  return database;
}

/**
 * Brings the database to the newest migration of this release; resolves to the names of those
 * that it applied.
 */
export async function migrateDatabase(
  { patient }: Database,
  options: MigrateOptions = {},
): Promise<string[]> {
  try {
    return await migrate(patient, options);
  } catch (error) {
    throw toDatabaseError(error);
  }
}

export interface StatementListener {
  /** Hears each statement once it is over. Default: nobody does. */
  onStatement?: ((ended: EndedStatement) => void) | undefined;
}

export interface EndedStatement {
  text: string;
  durationMs: number;
  hasFailed: boolean;
}

export interface PostgresOptions extends StatementListener {
  url: string;
  /** Reads `url` once more after a refused login. */
  readUrl?: (() => Promise<string>) | undefined;
  /** Connections at once, `CONNECTIONS_BESIDE_POOL` aside. Default 10. */
  max?: number;
  /** Default 60 s. */
  statementTimeoutMs?: number;
  /** A holder of the publish lock that gave no sign of life for so long loses it. Default 45 s. */
  lockStaleAfterMs?: number;
}

/**
 * A PostgreSQL database as it is: `migrateDatabase` brings it up to date. The server is asked nothing yet.
 */
export async function openPostgres(options: PostgresOptions): Promise<Database> {
  const { url, readUrl, max = 10, statementTimeoutMs = DEFAULT_STATEMENT_TIMEOUT_MS } = options;
  const { lockStaleAfterMs: staleAfterMs = LOCK_STALE_AFTER_MS } = options;
  // What speaks to servers is loaded where there is one.
  const { createPostgresPool } = await import('./server/postgres-pool.ts');
  const { createServerNotices } = await import('./server/server-notices.ts');
  const { toPostgresAddress } = await import('./server/postgres-address.ts');
  const { createRenewal } = await import('./server/renew-address.ts');
  const address = await toPostgresAddress(url);
  const login = { address, renew: createRenewal({ address, readUrl }) };
  const patientPool = createPostgresPool({ ...login, max: PATIENT_CONNECTIONS, statementTimeoutMs: null });
  const pools = { pool: createPostgresPool({ ...login, max, statementTimeoutMs }), patientPool };
  return toDatabase(pools, 'server', {
    wasInterrupted: false,
    notices: createServerNotices(login),
    publishLock: createPublishLock({ sessions: patientPool, self: describeSelf(), staleAfterMs }),
    onStatement: options.onStatement,
  });
}

function describeSelf(): LockHolder {
  return { host: hostname(), pid: process.pid, command: `bio-mcp ${process.argv[2] ?? ''}`.trim() };
}

const DEFAULT_STATEMENT_TIMEOUT_MS = 60_000;
/**
 * Whoever waits looks once a second, and a transaction that was begun ends within as long (postgres-pool.ts):
 * a minute in all.
 */
const LOCK_STALE_AFTER_MS = 45_000;
/** One that holds the publish lock, and a reindex beside it. They are opened when they are needed. */
const PATIENT_CONNECTIONS = 6;
/** That a process may open beside `max`: the patient ones, and one for notices. */
export const CONNECTIONS_BESIDE_POOL = PATIENT_CONNECTIONS + 1;

interface Pools {
  pool: PostgresPool;
  patientPool: PostgresPool;
}

function toDatabase(
  { pool, patientPool }: Pools,
  lockScope: Database['lockScope'],
  {
    wasInterrupted,
    notices,
    publishLock,
    onStatement,
  }: Pick<Database, 'wasInterrupted' | 'notices' | 'publishLock'> & StatementListener,
): Database {
  const log = ({ level, query, queryDurationMillis: durationMs }: LogEvent) =>
    onStatement?.({ text: query.sql, durationMs, hasFailed: level === 'error' });
  const logging = onStatement === undefined ? {} : { log };
  const toKysely = (one: PostgresPool) =>
    new Kysely<Schema>({ dialect: new PostgresDialect({ pool: one }), ...logging });
  const kysely = toKysely(pool);
  const patient = patientPool === pool ? kysely : toKysely(patientPool);
  const inSchema = (schema: string) => {
    const inIt = createSchemaPool(patientPool, schema);
    return toDatabase({ pool: inIt, patientPool: inIt }, lockScope, {
      wasInterrupted,
      notices,
      publishLock: createHeldPublishLock(),
      onStatement,
    });
  };
  return {
    kysely,
    patient,
    lockScope,
    wasInterrupted,
    inSchema,
    notices,
    publishLock,
    async [Symbol.asyncDispose]() {
      publishLock.close();
      await notices[Symbol.asyncDispose]();
      await kysely.destroy();
      await patient.destroy();
      // kysely ends no pool that it never asked, and the publish lock takes its sessions past it. One that is
      // held still ends when it is given back: nobody waits for it here.
      patientPool.end().catch(() => undefined);
    },
  };
}

async function migrateOrClose(database: Database): Promise<void> {
  try {
    await migrate(database.patient);
    if (database.wasInterrupted) await requireMigrations(database);
  } catch (error) {
    // What cannot be opened need not close well.
    await Promise.allSettled([database[Symbol.asyncDispose]()]);
    throw toDatabaseError(error);
  }
}
