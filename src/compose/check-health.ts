import type { CallOptions } from '../domain/call-options.ts';
import { BehindHeadError } from '../errors/behind-head-error.ts';
import type { StoreHealth } from '../store/port/store-health.ts';

/** For `readyz`; `check` throws when what it names does not answer as it should. */
export interface HealthCheck {
  name: string;
  /** Whether a process is not ready while this fails; else it is only reported. */
  gates: boolean;
  check(options: CallOptions): Promise<void>;
  /** Of a check that is ok: what should be done all the same. */
  note?(): string | null;
}

/** Throws `BehindHeadError` where the database is not at the migrations of this release. */
export async function requireMigrated(store: StoreHealth, options: CallOptions): Promise<void> {
  const gap = await store.findMigrationGap(options);
  if (gap !== null) throw new BehindHeadError(gap);
}
