import { type Kysely, sql } from 'kysely';
import type { ArchiveUri } from '../domain/archive-key.ts';
import type { Pmid, Sha256 } from '../domain/ids.ts';
import { MIXED_EMBEDDERS } from '../domain/index-state.ts';
import { hasRecordsBelow, settleArchiveRoot } from './archive-root.ts';
import { createCheckpointStore } from './checkpoints.ts';
import { commitBatch } from './commit-batch.ts';
import type { CorpusStore } from './corpus-store.ts';
import type { Database } from './database/database.ts';
import { reportDatabaseErrors } from './database/report-database-errors.ts';
import { findMigrationGap } from './migrate.ts';
import type { Pointer } from './port/record-lookups.ts';
import { createDocumentReads } from './read-documents.ts';
import { createStatusReads } from './read-status.ts';
import type { Schema } from './schema.ts';
import { createStateReads } from './state/read-state.ts';
import { createSyncLists } from './sync-lists.ts';
import { createTopics } from './topics.ts';

/** The corpus store on PostgreSQL, embedded or served. Closing it closes the database. */
export function createSqlCorpusStore({ database }: { database: Database }): CorpusStore {
  const { kysely, publishLock } = database;
  /** In one transaction with the proof that this process still has the lock, where it took it. */
  const asHolder = <T>(work: (transaction: Kysely<Schema>) => Promise<T>): Promise<T> =>
    kysely.transaction().execute(async (transaction) => {
      await transaction.selectFrom('corpus_state').select('sequence').forUpdate().execute();
      const result = await work(transaction);
      await publishLock.requireHeld(transaction);
      return result;
    });
  const store: CorpusStore = {
    ...createDocumentReads(kysely),
    ...createStatusReads(kysely),
    ...createStateReads(kysely),
    // Late, it would mark what others changed meanwhile, and what nobody has written.
    markStateWritten: (upTo, options) =>
      asHolder((transaction) => createStateReads(transaction).markStateWritten(upTo, options)),
    ...createCheckpointStore(kysely),
    ...createSyncLists(kysely, publishLock),
    ...createTopics(kysely),
    withPublishLock: (work, options) => publishLock.hold(work, options),

    async ping({ signal }) {
      await sql`select 1`.execute(kysely, { signal });
    },
    findMigrationGap: (options) => findMigrationGap(kysely, options),

    async getSequence({ signal }) {
      return (await kysely.selectFrom('corpus_state').select('sequence').executeTakeFirstOrThrow({ signal }))
        .sequence;
    },
    findSequences: () =>
      asHolder(async (transaction) => {
        const { sequence: last } = await transaction
          .selectFrom('corpus_state')
          .select('sequence')
          .executeTakeFirstOrThrow();
        const { lost } = await transaction
          .selectFrom('lost_sequences')
          .select((row) => row.fn.max('sequence').as('lost'))
          .executeTakeFirstOrThrow();
        return { last, next: Math.max(last, lost ?? 0) + 1 };
      }),
    async listLostSequences({ signal }) {
      const rows = await kysely
        .selectFrom('lost_sequences')
        .select('sequence')
        .where('lost_at', '>', sql<Date>`clock_timestamp() - interval '30 days'`)
        // The release before knows of no lost numbers, and gives them.
        .where(
          sql<boolean>`not exists (select from revisions where entered_sequence = lost_sequences.sequence)
            and not exists (select from revisions where left_sequence = lost_sequences.sequence)`,
        )
        .orderBy('sequence')
        .execute({ signal });
      return rows.map(({ sequence }) => sequence);
    },
    async findIndexState({ signal }) {
      const row = await kysely.selectFrom('corpus_state').selectAll().executeTakeFirstOrThrow({ signal });
      const {
        embedder_id: embedderId,
        dimensions,
        index_generation: generation,
        index_analyzer: analyzer,
      } = row;
      if (embedderId === null || dimensions === null) return null;
      return { embedderId, dimensions, generation, analyzer };
    },
    async setIndexState({ embedderId, dimensions, generation, analyzer }) {
      const state = {
        embedder_id: embedderId,
        dimensions,
        index_generation: generation,
        index_analyzer: analyzer,
      };
      await kysely.updateTable('corpus_state').set(state).where('embedder_id', 'is', null).execute();
    },

    async markMixed(generation) {
      const marked = { embedder_id: MIXED_EMBEDDERS };
      await kysely
        .updateTable('corpus_state')
        .set(marked)
        .where('index_generation', '=', generation)
        .execute();
    },

    settleArchiveRoot: (root) => kysely.transaction().execute((one) => settleArchiveRoot(one, root)),
    hasRecordsBelow: (place, options) => hasRecordsBelow(kysely, place, options),

    async findPointers(pmids, { signal }) {
      const rows = await kysely
        .selectFrom('pubmed_archive as a')
        .leftJoinLateral(
          (from) =>
            from
              .selectFrom('revisions')
              .select(['revision', 'document_hash', 'left_sequence'])
              .whereRef('revisions.pmid', '=', 'a.pmid')
              .orderBy('revision', 'desc')
              .limit(1)
              .as('r'),
          (join) => join.onTrue(),
        )
        .select(['a.pmid', 'a.s3_uri', 'a.content_hash', 'a.version', 'a.file_rank'])
        .select(['r.revision', 'r.document_hash', 'r.left_sequence'])
        .where('a.pmid', '=', sql<string>`any(${[...pmids]}::text[])`)
        .execute({ signal });
      return new Map(rows.map((row) => [row.pmid as Pmid, toPointer(row)]));
    },
    async findWithdrawals(pmids, { signal }) {
      const rows = await kysely
        .selectFrom('withdrawals')
        .select(['pmid', 'file_rank'])
        .where('pmid', '=', sql<string>`any(${[...pmids]}::text[])`)
        .execute({ signal });
      return new Map(rows.map((row) => [row.pmid as Pmid, row.file_rank]));
    },
    async findArchived(records, { signal }) {
      const rows = await kysely
        .selectFrom('pubmed_archive_history')
        .select(['pmid', 'content_hash', 's3_uri'])
        .where('pmid', '=', sql<string>`any(${records.map(({ pmid }) => pmid)}::text[])`)
        .where(
          'content_hash',
          '=',
          sql<string>`any(${records.map(({ contentHash }) => contentHash)}::text[])`,
        )
        .execute({ signal });
      return new Map(rows.map((row) => [`${row.pmid}:${row.content_hash}`, row.s3_uri as ArchiveUri]));
    },
    async findQuarantined(hashes, { signal }) {
      const rows = await kysely
        .selectFrom('quarantined_records')
        .select(['content_hash', 's3_uri'])
        .where('content_hash', '=', sql<string>`any(${[...hashes]}::text[])`)
        .execute({ signal });
      return new Map(rows.map((row) => [row.content_hash as Sha256, row.s3_uri as ArchiveUri]));
    },

    addCheckpoint: (checkpoint, options) =>
      asHolder((transaction) => createCheckpointStore(transaction).addCheckpoint(checkpoint, options)),
    removeCheckpoint: (checkpointId, options) =>
      asHolder((transaction) => createCheckpointStore(transaction).removeCheckpoint(checkpointId, options)),
    async announce({ batchId, pmids }) {
      await asHolder((transaction) =>
        transaction
          .insertInto('pending_batches')
          .values({ batch_id: batchId, pmids: [...pmids] })
          .execute(),
      );
    },
    async commit(batch) {
      await kysely.transaction().execute(async (transaction) => {
        await commitBatch(transaction, batch);
        await publishLock.requireHeld(transaction);
      });
    },
    async listPending({ signal }) {
      const rows = await kysely
        .selectFrom('pending_batches')
        .selectAll()
        .orderBy('started_at')
        .execute({ signal });
      return rows.map((row) => ({ batchId: row.batch_id, pmids: row.pmids as Pmid[] }));
    },
    async forgetPending(batchId) {
      await asHolder((transaction) =>
        transaction.deleteFrom('pending_batches').where('batch_id', '=', batchId).execute(),
      );
    },
    async findLoadedFile(fileHash, { signal }) {
      const row = await kysely
        .selectFrom('loaded_files')
        .selectAll()
        .where('file_hash', '=', fileHash)
        .executeTakeFirst({ signal });
      return row === undefined ? null : { itemsDone: row.items_done, finished: row.finished_at !== null };
    },
    async findFinishedFiles(files, { signal }) {
      const rows = await kysely
        .selectFrom('loaded_files')
        .select(['name', 'md5'])
        .where('finished_at', 'is not', null)
        .where('md5', '=', sql<string>`any(${files.map(({ md5 }) => md5)}::text[])`)
        .execute({ signal });
      return new Set(rows.map(({ name, md5 }) => `${name}:${md5}`));
    },
    async [Symbol.asyncDispose]() {
      await database[Symbol.asyncDispose]();
    },
  };
  return reportDatabaseErrors(store);
}

/** Row values come from our own tables, where only checked PMIDs, addresses and hashes are written. */
function toPointer(row: {
  pmid: string;
  s3_uri: string;
  content_hash: string;
  version: number;
  file_rank: number | null;
  revision: number | null;
  document_hash: string | null;
  left_sequence: number | null;
}): Pointer {
  const { revision, document_hash: documentHash } = row;
  return {
    pmid: row.pmid as Pmid,
    uri: row.s3_uri as ArchiveUri,
    contentHash: row.content_hash as Sha256,
    version: row.version,
    fileRank: row.file_rank,
    latest:
      revision === null || documentHash === null
        ? null
        : { revision, documentHash: documentHash as Sha256, live: row.left_sequence === null },
  };
}
