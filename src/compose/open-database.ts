import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import type { CallOptions } from '../domain/call-options.ts';
import { systemClock } from '../domain/clock.ts';
import { BioMcpError } from '../errors/bio-mcp-error.ts';
import { DamagedDatabaseError } from '../store/database/damaged-database-error.ts';
import { type Database, openPglite, openPostgres } from '../store/database/database.ts';
import { requireWholeDatabase } from '../store/database/require-whole-database.ts';
import { setAside } from '../store/database/set-aside.ts';
import type { Logger } from '../telemetry/logger.ts';

export interface EmbeddedEvents {
  logger: Logger;
  /** The embedded database broke off and cannot be had in this process any more. */
  onLost: (error: BioMcpError) => void;
}

/** The embedded one migrates itself; a server's is as `bio-mcp migrate` left it, and is asked nothing yet. */
export function openDatabase({ database, dataDir }: Config, events?: EmbeddedEvents): Promise<Database> {
  if (database.kind === 'postgres') return openPostgres({ ...database, max: database.poolSize });
  return openPglite({
    folder: toFolder(dataDir),
    fsync: database.fsync,
    onReopened: (error) =>
      events?.logger.warn({ err: error }, 'the embedded database broke off and was opened again'),
    onLost: (cause) => events?.onLost(cause instanceof DamagedDatabaseError ? cause : toLost(cause)),
  });
}

function toLost(cause: Error): BioMcpError {
  return new BioMcpError(
    'DB_UNAVAILABLE',
    'The embedded database broke off, was opened again and is lost: the process ends, and the next command opens it anew.',
    { message: `the embedded database is lost: ${cause.message}`, cause },
  );
}

/**
 * For a rebuild from the archive: an embedded database that is damaged, or that another PostgreSQL made, is
 * moved aside, and an empty one takes its place. It is read through first, since damage may show only where
 * it is met.
 */
export async function openDatabaseToRebuild(
  config: Config,
  events: EmbeddedEvents,
  options: CallOptions,
): Promise<Database> {
  if (config.database.kind === 'postgres') return openDatabase(config, events);
  const folder = toFolder(config.dataDir);
  try {
    await using opening = new AsyncDisposableStack();
    let isExamined = false;
    const onLost = (error: BioMcpError) => isExamined && events.onLost(error);
    const database = opening.use(await openDatabase(config, { ...events, onLost }));
    await requireWholeDatabase({ database, folder }, options);
    isExamined = true;
    opening.move();
    return database;
  } catch (error) {
    if (!(error instanceof DamagedDatabaseError)) throw error;
    const name = await setAside(folder, systemClock.now());
    events.logger.warn(
      { reason: error.message },
      `the embedded database cannot be used as it is: it was moved aside and stays as ${name} in the data folder, and an empty one takes its place`,
    );
    return openDatabase(config, events);
  }
}

function toFolder(dataDir: string): string {
  return join(dataDir, 'database');
}
