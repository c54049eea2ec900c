import { Kysely, PostgresDialect, type PostgresPool } from 'kysely';
import { migrate } from './migrate.ts';
import { createProcessNotices, createServerNotices, type Notices } from './notices.ts';
import { PglitePool } from './pglite-pool.ts';
import { createPostgresPool } from './postgres-pool.ts';
import { toDatabaseError } from './report-database-errors.ts';
import type { Schema } from './schema.ts';
import { createSchemaPool } from './schema-pool.ts';

/** A connection to the corpus' database; `lockScope` tells how a lock reaches everybody who could hold it. */
export interface Database extends AsyncDisposable {
  readonly kysely: Kysely<Schema>;
  /** `process`: the database serves this process alone. `server`: others may be connected. */
  readonly lockScope: 'process' | 'server';
  /** The same database, looking for its tables in another schema first. Closing it closes nothing. */
  inSchema(schema: string): Database;
  readonly notices: Notices;
}

/** Opens (and in an empty folder makes) the embedded database, and brings it to the newest migration. */
export async function openPglite({ folder }: { folder: string }): Promise<Database> {
  const pool = new PglitePool({ folder });
  const database = toDatabase(pool, 'process', createProcessNotices());
  await migrateOrClose(database);
  return database;
}

/** Opens a PostgreSQL database and brings it to the newest migration. `max` bounds its connections; default 10. */
export async function openPostgres({ url, max = 10 }: { url: string; max?: number }): Promise<Database> {
  const database = toDatabase(createPostgresPool({ url, max }), 'server', createServerNotices({ url }));
  await migrateOrClose(database);
  return database;
}

function toDatabase(pool: PostgresPool, lockScope: Database['lockScope'], notices: Notices): Database {
  const kysely = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
  const inSchema = (schema: string) => toDatabase(createSchemaPool(pool, schema), lockScope, notices);
  return {
    kysely,
    lockScope,
    inSchema,
    notices,
    async [Symbol.asyncDispose]() {
      await notices[Symbol.asyncDispose]();
      await kysely.destroy();
    },
  };
}

async function migrateOrClose(database: Database): Promise<void> {
  try {
    await migrate(database.kysely);
  } catch (error) {
    // What cannot be opened need not close well.
    await Promise.allSettled([database[Symbol.asyncDispose]()]);
    throw toDatabaseError(error);
  }
}
