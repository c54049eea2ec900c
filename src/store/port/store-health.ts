import type { CallOptions } from '../../domain/call-options.ts';

export interface StoreHealth {
  /** Throws `DB_UNAVAILABLE` when the database does not answer. */
  ping(options: CallOptions): Promise<void>;
  /** Whether every migration that this release knows is applied. */
  isMigrated(options: CallOptions): Promise<boolean>;
}
