import { CompiledQuery, type Kysely, sql } from 'kysely';
import type { ArchiveUri } from '../../domain/corpus/archive-key.ts';
import type { Pmid, Sha256 } from '../../domain/ids.ts';
import { codeOf } from '../../errors/code-of.ts';
import { BEGIN_GROWTH } from '../corpus-growth.ts';
import type { Database } from '../database/database.ts';
import { reportDatabaseErrors } from '../database/report-database-errors.ts';
import { IDLE_IN_TRANSACTION_MS } from '../database/server/connection-settings.ts';
import { countAnew } from '../kept-counts.ts';
import { countFacetsAnew } from '../kept-facets.ts';
import { createTables, requireNoLater } from '../migrate.ts';
import type { Schema } from '../schema.ts';
import { createSqlCorpusStore } from '../sql-corpus-store.ts';
import { BEGIN_TOPICS } from '../topics.ts';
import { copyRevisions } from './copy-revisions.ts';
import type { CorpusRebuild, RestoredRevision } from './corpus-rebuild.ts';
import { createManifestAddresses } from './manifest-addresses.ts';
import { createPayloadRows, pointToRevisions } from './payload-rows.ts';
import { STAGING, writeLines } from './restore-state.ts';

const SCHEMA = 'corpus_rebuild';
/** What is told by the archive. All other tables stay as they are. */
export const REBUILT = [
  'pubmed_archive',
  'pubmed_archive_history',
  'revisions',
  'cited_by',
  'tombstones',
  'quarantined_records',
  'loaded_files',
  'pending_batches',
  'raised_file_ranks',
  'withdrawals',
  'checkpoints',
  'watermarks',
  'query_pmids',
  'corpus_state',
  'live_counts',
  'live_group_counts',
  'live_facets',
  'live_facet_counts',
] as const;
const BESIDE = [`drop table ${SCHEMA}.publish_lock`, `drop table ${SCHEMA}.lost_sequences`];
/**
 * Below the second after which PostgreSQL looks for deadlocks: whoever reads meanwhile is never the
 * one to end.
 */
const LOCK_TIMEOUT_MS = 300;
const MOST_SWAP_ATTEMPTS = 200;
const LOCK_NOT_AVAILABLE = '55P03';

export interface SqlCorpusRebuildOptions {
  database: Database;
  /** Where the archive is now; addresses in `state/` may be those of the folder that it lay in before. */
  archiveRoot: string;
  /** What the archive's keys begin with. */
  prefix: string;
}

/** The rebuild on PostgreSQL, embedded or served: the fresh tables are those of a schema of their own. */
export function createSqlCorpusRebuild({
  database,
  archiveRoot,
  prefix,
}: SqlCorpusRebuildOptions): CorpusRebuild {
  const inSchema = database.inSchema(SCHEMA);
  const { kysely } = inSchema;
  const store = createSqlCorpusStore({ database: inSchema });
  const place = (uri: string) => placeBelow(uri, archiveRoot, prefix);
  let unknownLines = 0;
  const rebuild: CorpusRebuild = {
    store,
    async begin() {
      await requireNoLater(database.kysely);
      await dropSchema(database.kysely);
      await run(database.kysely, [`create schema ${SCHEMA}`]);
      await kysely.transaction().execute(async (transaction) => {
        await createTables(transaction);
        // These tell of writers, whose lock and whose numbers are the same for both schemas.
        await run(transaction, BESIDE);
        await run(transaction, STAGING);
      });
      unknownLines = 0;
    },
    async restore(lines) {
      unknownLines += await kysely
        .transaction()
        .execute((transaction) => writeLines(transaction, lines, place));
    },
    async settle() {
      await kysely.transaction().execute((transaction) => run(transaction, SETTLE));
      const { revisions } = await kysely
        .selectFrom('staged_revisions' as 'revisions') // the same columns, but for the document
        .select((row) => row.fn.countAll<number>().as('revisions'))
        .executeTakeFirstOrThrow();
      return { unknownLines, revisions };
    },
    async *listRevisions() {
      let sequence = 0;
      for (;;) {
        const rows = await readNext(kysely, sequence);
        const [first] = rows;
        if (first === undefined) return;
        yield rows;
        sequence = first.enteredSequence;
      }
    },
    async addRevisions(revisions) {
      await kysely.transaction().execute(async (transaction) => {
        await copyRevisions(transaction, revisions);
        // What makes a document is quarantined no longer, whatever `state/` says of an earlier day.
        const hashes = revisions.map(({ contentHash }) => contentHash);
        await transaction
          .deleteFrom('quarantined_records')
          .where('content_hash', '=', sql<string>`any(${hashes}::text[])`)
          .execute();
      });
    },
    ...createPayloadRows(kysely),
    ...createManifestAddresses(database.kysely, `${archiveRoot}${prefix}/manifests/`),
    async finishRestoring({ embedderId, dimensions, generation, analyzer }) {
      await pointToRevisions(kysely, null);
      await kysely
        .updateTable('corpus_state')
        .set((row) => ({
          document_count: row
            .selectFrom('revisions')
            .select((one) => one.fn.countAll<number>().as('documents'))
            .where('left_sequence', 'is', null),
          embedder_id: embedderId,
          dimensions,
          index_generation: generation,
          index_analyzer: analyzer,
          archive_root: archiveRoot,
        }))
        .execute();
      await kysely.transaction().execute(async (transaction) => {
        await countAnew(transaction);
        await countFacetsAnew(transaction);
      });
    },
    async swap({ signal }) {
      await run(kysely, [`analyze ${REBUILT.map((table) => `${SCHEMA}.${table}`).join(', ')}`]);
      for (let attempt = 1; ; attempt++) {
        try {
          // Patient: in a database that is new, millions of records are counted by their days.
          return await database.patient.transaction().execute(async (transaction) => {
            if (database.lockScope === 'server') await run(transaction, [LIMIT_SILENCE]);
            await run(transaction, LOCK_ALL);
            await requireNoLater(transaction); // one may have come while the tables were filled
            await database.publishLock.requireHeld(transaction);
            await run(transaction, [...SWAP, BEGIN_GROWTH, ...BEGIN_TOPICS]);
          });
        } catch (error) {
          if (attempt >= MOST_SWAP_ATTEMPTS || codeOf(error) !== LOCK_NOT_AVAILABLE) throw error;
          signal.throwIfAborted();
        }
      }
    },
    discard: () => dropSchema(database.kysely),
  };
  return reportDatabaseErrors(rebuild);
}

/**
 * The later word of each thing into the tables that hold but one; and the last number that anything bears.
 */
const SETTLE = [
  `insert into pubmed_archive (pmid, s3_uri, content_hash, fetched_at, api_etag, updated_at, version, file_rank)
    select p.pmid, h.s3_uri, p.content_hash, p.fetched_at, p.api_etag, p.updated_at, p.version, p.file_rank
    from staged_pointers as p
    join pubmed_archive_history as h on h.pmid = p.pmid and h.content_hash = p.content_hash`,
  `update pubmed_archive as a set file_rank = greatest(a.file_rank, r.file_rank)
    from staged_file_ranks as r where r.pmid = a.pmid`,
  `delete from tombstones as t where exists (
    select from staged_revisions as r where r.pmid = t.pmid and r.entered_sequence > t.sequence)`,
  'delete from withdrawals as w where exists (select from staged_revisions as r where r.pmid = w.pmid)',
  // A revision that came later ended the quarantine of its PMID; one that cannot be made now begins it again.
  `delete from quarantined_records as q using pubmed_archive_history as h, staged_revisions as r
    where h.pmid = q.pmid and h.content_hash = q.content_hash
      and r.pmid = q.pmid and r.entered_sequence >= h.sequence`,
  `insert into checkpoints
      (checkpoint_id, name, description, primary_queries, parent_checkpoint_id, sequence, document_count, created_at)
    select c.checkpoint_id, c.name, c.description, c.primary_queries, p.checkpoint_id, c.sequence, c.document_count,
      c.created_at
    from staged_checkpoints as c
    left join staged_checkpoints as p on p.checkpoint_id = c.parent_checkpoint_id and not p.deleted
    where not c.deleted`,
  `update corpus_state set sequence = greatest(
    (select max(sequence) from pubmed_archive_history),
    (select max(greatest(entered_sequence, left_sequence)) from staged_revisions),
    (select max(sequence) from tombstones),
    (select max(sequence) from checkpoints), 0)`,
  'update corpus_state set state_sequence = sequence',
];

/** Whoever is paused with these locks would keep everybody from reading. */
const LIMIT_SILENCE = `set local idle_in_transaction_session_timeout = '${IDLE_IN_TRANSACTION_MS}ms'`;
/**
 * All locks first, the state's row last read by whoever writes: nobody writes, since the publish
 * lock is held.
 */
const LOCK_ALL = [
  `set local lock_timeout = '${LOCK_TIMEOUT_MS}ms'`,
  `lock table ${REBUILT.map((table) => `public.${table}`).join(', ')} in access exclusive mode`,
];
const SWAP = [
  ...REBUILT.flatMap((table) => [
    `drop table public.${table}`,
    `alter table ${SCHEMA}.${table} set schema public`,
  ]),
];

async function dropSchema(kysely: Kysely<Schema>): Promise<void> {
  await run(kysely, [`drop schema if exists ${SCHEMA} cascade`]);
}

async function run(kysely: Kysely<Schema>, statements: readonly string[]): Promise<void> {
  for (const statement of statements) await kysely.executeQuery(CompiledQuery.raw(statement));
}

/** Everything from the archive's own prefix on is the key, wherever the archive lay when it was written. */
function placeBelow(uri: string, root: string, prefix: string): ArchiveUri {
  if (uri.startsWith(root)) return uri as ArchiveUri;
  const at = Math.max(
    ...['raw', 'history', 'unidentified'].map((room) => uri.lastIndexOf(`/${prefix}/${room}/`)),
  );
  return (at < 0 ? uri : `${root}${uri.slice(at + 1)}`) as ArchiveUri;
}

/** All that entered with the next sequence number: a commit's worth, some thousand at most. */
async function readNext(kysely: Kysely<Schema>, after: number): Promise<RestoredRevision[]> {
  const { rows } = await sql<{
    pmid: string;
    revision: number;
    version: number;
    content_hash: string;
    entered_sequence: number;
    left_sequence: number | null;
    s3_uri: string | null;
  }>`
    select r.pmid, r.revision, r.version, r.content_hash, r.entered_sequence, r.left_sequence, h.s3_uri
    from staged_revisions as r
    left join pubmed_archive_history as h on h.pmid = r.pmid and h.content_hash = r.content_hash
    where r.entered_sequence = (select min(entered_sequence) from staged_revisions where entered_sequence > ${after})
    order by r.pmid, r.revision`.execute(kysely);
  return rows.map((row) => ({
    pmid: row.pmid as Pmid,
    revision: row.revision,
    version: row.version,
    contentHash: row.content_hash as Sha256,
    enteredSequence: row.entered_sequence,
    leftSequence: row.left_sequence,
    uri: (row.s3_uri ?? '') as ArchiveUri, // no payload line: it lies where its hash leads, if anywhere
  }));
}
