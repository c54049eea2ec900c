import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import { BioMcpError } from '../errors/bio-mcp-error.ts';
import { type Database, openPglite, openPostgres } from '../store/database/database.ts';
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
    folder: join(dataDir, 'database'),
    onReopened: (error) =>
      events?.logger.warn({ err: error }, 'the embedded database broke off and was opened again'),
    onLost: (cause) =>
      events?.onLost(
        new BioMcpError(
          'DB_UNAVAILABLE',
          'The embedded database broke off, was opened again and is lost: the process ends, and the next command opens it anew.',
          { message: `the embedded database is lost: ${cause.message}`, cause },
        ),
      ),
  });
}
