import { requireMigrated } from '../compose/check-health.ts';
import { openDatabase } from '../compose/rooms/open-database.ts';
import type { Config } from '../config/config.ts';
import type { CallOptions } from '../domain/call-options.ts';
import { BioMcpError } from '../errors/bio-mcp-error.ts';
import { claimFolder } from '../ownership/folder-lock.ts';
import { openPostgres } from '../store/database/database.ts';
import { examineDatabase } from '../store/database/examine-database.ts';
import { toDatabaseError } from '../store/database/report-database-errors.ts';
import { findMiscount } from '../store/kept-counts.ts';
import { findMiscountedFacet } from '../store/kept-facets.ts';
import { createSqlCorpusStore } from '../store/sql-corpus-store.ts';
import type { DoctorCheck } from './doctor-check.ts';
import { noteSmallPool, requireConnections } from './match-pools.ts';

/** Asks the process that has the embedded database open. */
export type ReadStatus = (options: CallOptions) => Promise<unknown>;

export function listDatabaseChecks(config: Config, readStatus: ReadStatus): DoctorCheck[] {
  const { database: setting } = config;
  if (setting.kind === 'embedded') {
    const examine = async (options: CallOptions) => {
      const claim = await claimFolder({
        folder: config.dataDir,
        name: 'bio-mcp doctor',
        role: 'guest',
        onConnection: (socket) => socket.destroy(), // whoever comes tries again until this has ended
      });
      if (claim.kind === 'taken') {
        await readStatus(options);
        return `PGlite in the data folder, which ${claim.owner.name} has open`;
      }
      await using _lock = claim.lock;
      await using _database = await openDatabase(config);
      return 'PGlite in the data folder';
    };
    return [{ name: 'database', examine }];
  }
  const open = () => openPostgres({ ...setting, max: 2 });
  return [
    {
      name: 'database',
      async examine() {
        await using database = await open();
        const { version, connections } = await examineDatabase(database);
        const { used, most } = connections;
        const ofProcess = requireConnections(setting.poolSize, most);
        const facts = `PostgreSQL ${version}, ${used} of ${most} connections in use, up to ${ofProcess} for a process`;
        return [facts, ...noteSmallPool(setting.poolSize, config)].join('; ');
      },
    },
    {
      name: 'migrations',
      async examine(options) {
        await using store = createSqlCorpusStore({ database: await open() });
        await requireMigrated(store, options);
        return 'at those of this release';
      },
    },
    {
      name: 'counts',
      async examine(options) {
        await using database = await open();
        await requireMigrated(createSqlCorpusStore({ database }), options);
        const { kysely } = database;
        const finding = findMiscount(kysely).then(async (one) => one ?? findMiscountedFacet(kysely));
        const miscount = await finding.catch((error: unknown) => {
          throw toDatabaseError(error);
        });
        if (miscount !== null) throw toMiscounted(miscount);
        return 'those that are kept are those of the rows';
      },
    },
  ];
}

function toMiscounted(miscount: string): BioMcpError {
  const hint = `The database does not agree with itself (${miscount}): run \`bio-mcp reindex\`, which makes its tables anew from the archive.`;
  return new BioMcpError('DB_UNAVAILABLE', hint);
}
