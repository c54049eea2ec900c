import assert from 'node:assert/strict';
import { type Kysely, sql } from 'kysely';
import { listMigrations, migrate } from '../../../src/store/migrate.ts';
import type { Schema } from '../../../src/store/schema.ts';

/** Takes back by `undo` what the migration made, and applies it to the rows that are there. */
export async function migrateAnew(
  { kysely }: { kysely: Kysely<Schema> },
  subject: string,
  undo: readonly string[],
): Promise<void> {
  const migration = (await listMigrations()).find(({ name }) => name.endsWith(`_${subject}`));
  assert.ok(migration !== undefined, `no migration is called ${subject}`);
  for (const statement of undo) await sql.raw(statement).execute(kysely);
  await kysely.deleteFrom('migrations').where('name', '=', migration.name).execute();
  assert.deepEqual(await migrate(kysely), [migration.name]);
}
