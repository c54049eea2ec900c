import { BioMcpError } from '../../../errors/bio-mcp-error.ts';

/** What is wrong with the folder of the embedded database. `foreign`: another PostgreSQL made it. */
export interface DatabaseDamage {
  kind: 'damaged' | 'foreign';
  /** As PostgreSQL says it; names files below the database's folder and none beside it. */
  reason: string;
}

/** The embedded database cannot serve as it is, now or later; `bio-mcp reindex` is what helps. */
export class DamagedDatabaseError extends BioMcpError {
  constructor({ kind, reason }: DatabaseDamage) {
    super(
      'DB_UNAVAILABLE',
      kind === 'foreign'
        ? `The embedded database was made by another version of PostgreSQL (${reason}): start the release of bio-mcp that made it, or run \`bio-mcp reindex\`, which moves it aside and builds all of it anew from the archive.`
        : `The embedded database is damaged (${reason}): stop what uses the data folder and run \`bio-mcp reindex\`, which moves it aside and builds all of it anew from the archive.`,
    );
  }
}
