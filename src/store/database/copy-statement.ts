import { CompiledQuery, type Kysely } from 'kysely';
import type { Schema } from '../schema.ts';
import { type CopyType, type CopyValue, toBinaryCopy } from './binary-copy.ts';

/** Appends rows by binary COPY, on the connection of `database` (a transaction too). */
export async function copyRows<Table extends keyof Schema & string>(
  database: Kysely<Schema>,
  table: Table,
  columns: Partial<Record<keyof Schema[Table] & string, CopyType>>,
  rows: readonly (readonly CopyValue[])[],
): Promise<void> {
  if (rows.length === 0) return;
  const body = toBinaryCopy(Object.values(columns) as CopyType[], rows); // no column is undefined
  const text = `copy ${table} (${Object.keys(columns).join(', ')}) from stdin with (format binary)`;
  await database.executeQuery(CompiledQuery.raw(text, [body]));
}
