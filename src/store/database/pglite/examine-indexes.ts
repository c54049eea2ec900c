import { sql } from 'kysely';
import type { CallOptions } from '../../../domain/call-options.ts';
import type { Database } from '../database.ts';

/**
 * Compares every index of an embedded database with itself and its table, by PostgreSQL's own `amcheck`: a
 * page of zeros has no checksum, and a file of another index has right ones. Throws as PostgreSQL does.
 * Leaves nothing behind.
 */
export async function examineIndexes(
  { kysely }: Pick<Database, 'kysely'>,
  { signal }: CallOptions,
): Promise<void> {
  const transaction = await kysely.startTransaction().execute();
  try {
    await sql`create extension amcheck`.execute(transaction);
    const { rows } = await sql<{ oid: number }>`
      select c.oid::int8::int as oid
      from pg_index as i join pg_class as c on c.oid = i.indexrelid join pg_am as a on a.oid = c.relam
      where a.amname = 'btree' and c.relpersistence = 'p' and i.indisready and i.indisvalid`.execute(
      transaction,
    );
    for (const { oid } of rows) {
      signal.throwIfAborted();
      await sql`select bt_index_check(${oid}::int::oid, heapallindexed => true)`.execute(transaction);
    }
  } finally {
    await transaction.rollback().execute();
  }
}
