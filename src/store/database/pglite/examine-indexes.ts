import { sql } from 'kysely';
import type { Database } from '../database.ts';

/**
 * Compares every index of an embedded database with itself and its table, by PostgreSQL's own `amcheck`: a
 * page of zeros has no checksum, and a file of another index has right ones. Throws as PostgreSQL does.
 * Leaves nothing behind.
 */
export async function examineIndexes({ kysely }: Pick<Database, 'kysely'>): Promise<void> {
  const transaction = await kysely.startTransaction().execute();
  try {
    await sql`create extension amcheck`.execute(transaction);
    await sql`
      select bt_index_check(c.oid, heapallindexed => true)
      from pg_index as i join pg_class as c on c.oid = i.indexrelid join pg_am as a on a.oid = c.relam
      where a.amname = 'btree' and c.relpersistence = 'p' and i.indisready and i.indisvalid`.execute(
      transaction,
    );
  } finally {
    await transaction.rollback().execute();
  }
}
