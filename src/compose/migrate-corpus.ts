import type { Config } from '../config/config.ts';
import type { CallOptions } from '../domain/call-options.ts';
import { agreeOnIndex, findStateLog } from '../ingest/opening/agree-on-index.ts';
import { migrateDatabase } from '../store/database/database.ts';
import type { MigrateOptions } from '../store/migrate.ts';
import { createSqlCorpusStore } from '../store/sql-corpus-store.ts';
import { openArchive } from './rooms/open-archive.ts';
import { openDatabase } from './rooms/open-database.ts';
import { openEmbedder } from './rooms/open-embedder.ts';
import { openGenerations } from './rooms/open-generations.ts';

export interface Migrated {
  /** The names of the migrations that this call applied. */
  applied: string[];
  /** The database is new and the archive tells of a corpus: `bio-mcp reindex` is to make its index. */
  needsReindex: boolean;
}

/**
 * Brings the database to the migrations of this release and makes what the index lacks; safe from many
 * processes at once, and changes nothing where all is there.
 */
export async function migrateCorpus(
  config: Config,
  options: CallOptions & Pick<MigrateOptions, 'onWait'>,
): Promise<Migrated> {
  await using opening = new AsyncDisposableStack();
  const database = await openDatabase(config);
  const store = opening.use(createSqlCorpusStore({ database }));
  const applied = await migrateDatabase(database, options);
  const archive = opening.use(await openArchive(config));
  const { embedder } = await openEmbedder(config, options);
  const { prefix } = config.archive;
  // Of an index that another embedder made, too: migrating it makes no vectors.
  const known = await store.findIndexState(options);
  // An archive that was copied here, or whose database is lost: `bio-mcp reindex` makes the index of it.
  if (known === null && (await findStateLog({ archive, prefix }, options)) !== null)
    return { applied, needsReindex: true };
  const state = known ?? (await agreeOnIndex({ store, archive, prefix, embedder, mode: 'use' }, options));
  const isShared = database.lockScope === 'server';
  const generations = opening.use(await openGenerations(config, { isShared }));
  await generations.setUp(state, options);
  return { applied, needsReindex: false };
}
