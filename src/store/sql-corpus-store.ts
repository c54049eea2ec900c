import { sql } from 'kysely';
import { hasRecordsBelow, settleArchiveRoot } from './archive-root.ts';
import { asHolder } from './as-holder.ts';
import { createCheckpointStore } from './checkpoints.ts';
import type { CorpusStore } from './corpus-store.ts';
import type { Database } from './database/database.ts';
import { reportDatabaseErrors } from './database/report-database-errors.ts';
import { createIndexRow } from './index-row.ts';
import { findMigrationGap } from './migrate.ts';
import { createPublishing } from './publish-batches.ts';
import { createDocumentReads } from './read-documents.ts';
import { createRecordLookups } from './read-records.ts';
import { createStatusReads } from './read-status.ts';
import { ReadsBetween } from './reads-between.ts';
import { createRunLog } from './run-log.ts';
import { createStateReads } from './state/read-state.ts';
import { createSyncLists } from './syncs/sync-lists.ts';
import { createTopics } from './topics.ts';

/** The corpus store on PostgreSQL, embedded or served. Closing it closes the database. */
export function createSqlCorpusStore({ database }: { database: Database }): CorpusStore {
  const { kysely, publishLock } = database;
  const reads = new ReadsBetween(database);
  const store: CorpusStore = {
    ...createDocumentReads(kysely, reads),
    ...createRecordLookups(kysely),
    ...createIndexRow(kysely),
    ...createPublishing(database, reads),
    ...createRunLog(kysely),
    ...createStatusReads(kysely),
    ...createStateReads(kysely),
    // Late, it would mark what others changed meanwhile, and what nobody has written.
    markStateWritten: (upTo, options) =>
      asHolder(database, (transaction) => createStateReads(transaction).markStateWritten(upTo, options)),
    ...createCheckpointStore(kysely),
    ...createSyncLists(kysely, publishLock),
    ...createTopics(kysely),

    async ping({ signal }) {
      await sql`select 1`.execute(kysely, { signal });
    },
    findMigrationGap: (options) => findMigrationGap(kysely, options),

    settleArchiveRoot: (root) => kysely.transaction().execute((one) => settleArchiveRoot(one, root)),
    hasRecordsBelow: (place, options) => hasRecordsBelow(kysely, place, options),

    addCheckpoint: (checkpoint, options) =>
      asHolder(database, (transaction) =>
        createCheckpointStore(transaction).addCheckpoint(checkpoint, options),
      ),
    removeCheckpoint: (checkpointId, options) =>
      asHolder(database, (transaction) =>
        createCheckpointStore(transaction).removeCheckpoint(checkpointId, options),
      ),
    async [Symbol.asyncDispose]() {
      await database[Symbol.asyncDispose]();
    },
  };
  return reportDatabaseErrors(store);
}
