import type { CallOptions } from '../../domain/call-options.ts';
import type { MigrationGap } from '../../domain/corpus/migration-gap.ts';

export interface StoreHealth {
  /** Throws `DB_UNAVAILABLE` when the database does not answer. */
  ping(options: CallOptions): Promise<void>;
  /** `null`: every migration of this release is applied, and each later one says that it is compatible. */
  findMigrationGap(options: CallOptions): Promise<MigrationGap | null>;
}
