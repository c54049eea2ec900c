import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import { type Database, openPglite, openPostgres } from '../store/database/database.ts';

/** The embedded one migrates itself; a server's is as `bio-mcp migrate` left it, and is asked nothing yet. */
export function openDatabase({ database, dataDir }: Config): Promise<Database> {
  return database.kind === 'postgres'
    ? openPostgres({ ...database, max: database.poolSize })
    : openPglite({ folder: join(dataDir, 'database') });
}
