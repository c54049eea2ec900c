import { join } from 'node:path';
import { BioMcpError } from '../errors/bio-mcp-error.ts';
import { DamagedDatabaseError } from '../store/database/pglite/damaged-database-error.ts';
import { PglitePool } from '../store/database/pglite/pglite-pool.ts';
import type { Logger } from '../telemetry/logger.ts';

export interface EmbeddedEvents {
  logger: Logger;
  /** The embedded database broke off and cannot be had in this process any more. */
  onLost: (error: BioMcpError) => void;
}

/**
 * Begins to open the embedded database, which takes its thread about as long as loading the rest takes the
 * main thread: so this file loads next to nothing. Failures are told to whoever waits until it is open.
 */
export function startEmbedded(
  { dataDir, fsync }: { dataDir: string; fsync: boolean },
  events?: EmbeddedEvents,
): PglitePool {
  return new PglitePool({
    folder: toDatabaseFolder(dataDir),
    fsync,
    onReopened: (error) =>
      events?.logger.warn({ err: error }, 'the embedded database broke off and was opened again'),
    onLost: (cause) => events?.onLost(cause instanceof DamagedDatabaseError ? cause : toLost(cause)),
  });
}

export function toDatabaseFolder(dataDir: string): string {
  return join(dataDir, 'database');
}

function toLost(cause: Error): BioMcpError {
  return new BioMcpError(
    'DB_UNAVAILABLE',
    'The embedded database broke off, was opened again and is lost: the process ends, and the next command opens it anew.',
    { message: `the embedded database is lost: ${cause.message}`, cause },
  );
}
