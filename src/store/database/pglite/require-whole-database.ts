import { sql } from 'kysely';
import type { CallOptions } from '../../../domain/call-options.ts';
import type { Database } from '../database.ts';
import { toDatabaseError } from '../report-database-errors.ts';
import { requireRows } from '../require-rows.ts';
import { DamagedDatabaseError } from './damaged-database-error.ts';
import { examineIndexes } from './examine-indexes.ts';
import { findDamagedPage } from './examine-pages.ts';

interface EmbeddedDatabase {
  database: Database;
  folder: string;
}

/**
 * Reads an embedded database through: every page by its checksum, then every row with all that belongs to it,
 * every index, then how many rows there are. Nobody else may use it meanwhile. Throws `DamagedDatabaseError`
 * where something is lost.
 */
export async function requireWholeDatabase(
  { database, folder }: EmbeddedDatabase,
  options: CallOptions,
): Promise<void> {
  const { kysely } = database;
  try {
    await sql`checkpoint`.execute(kysely);
    const damage = await findDamagedPage(folder, options);
    if (damage !== null) throw new DamagedDatabaseError(damage);
    const { rows } = await sql<{ name: string }>`
      select relname as name from pg_class
      where relnamespace = 'public'::regnamespace and relkind = 'r' order by relname`.execute(kysely);
    for (const { name } of rows) {
      options.signal.throwIfAborted();
      await sql`copy ${sql.table(name)} to '/dev/null' with (format binary)`.execute(kysely);
    }
    await examineIndexes(database, options);
    await requireRows(database);
  } catch (error) {
    throw toDatabaseError(error);
  }
}
