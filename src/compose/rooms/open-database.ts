import type { Config } from '../../config/config.ts';
import type { CallOptions } from '../../domain/call-options.ts';
import { systemClock } from '../../domain/clock.ts';
import type { BioMcpError } from '../../errors/bio-mcp-error.ts';
import {
  type Database,
  openPglite,
  openPostgres,
  type StatementListener,
} from '../../store/database/database.ts';
import { DamagedDatabaseError } from '../../store/database/pglite/damaged-database-error.ts';
import type { PglitePool } from '../../store/database/pglite/pglite-pool.ts';
import { requireWholeDatabase } from '../../store/database/pglite/require-whole-database.ts';
import { setAside } from '../../store/database/pglite/set-aside.ts';
import { type EmbeddedEvents, startEmbedded, toDatabaseFolder } from '../start-embedded.ts';

/**
 * The embedded one migrates itself; a server's is as `bio-mcp migrate` left it, and is asked nothing yet.
 * `started`: the embedded one, where that has begun already.
 */
export function openDatabase(
  { database, dataDir, secretSources }: Config,
  events?: EmbeddedEvents,
  { started = null, onStatement }: { started?: PglitePool | null } & StatementListener = {},
): Promise<Database> {
  if (database.kind === 'postgres') {
    const readUrl = secretSources.get('BIO_MCP_DATABASE_URL');
    return openPostgres({ ...database, max: database.poolSize, readUrl, onStatement });
  }
  return openPglite(started ?? startEmbedded({ dataDir, fsync: database.fsync }, events), { onStatement });
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
  const folder = toDatabaseFolder(config.dataDir);
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
