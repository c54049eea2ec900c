import { NEVER } from '../../../domain/call-options.ts';
import { findMigrationGap } from '../../migrate.ts';
import type { Database } from '../database.ts';
import { DamagedDatabaseError } from './damaged-database-error.ts';

/**
 * For a database to which every migration of this release has just been applied: one that is lacking still is
 * there, and an index does not find it. A file of another index has right checksums. Throws
 * `DamagedDatabaseError`.
 */
export async function requireMigrations({ kysely }: Pick<Database, 'kysely'>): Promise<void> {
  const gap = await findMigrationGap(kysely, NEVER);
  const [lost] = gap?.missing ?? [];
  if (lost === undefined) return;
  const reason = `the migration ${lost} is applied, and is not found by its name`;
  throw new DamagedDatabaseError({ kind: 'damaged', reason });
}
