import { type Kysely, sql } from 'kysely';
import type { ArchiveUri } from '../domain/corpus/archive-key.ts';
import type { Pmid, Sha256 } from '../domain/ids.ts';
import { selectArchived } from './archived-payloads.ts';
import type { Pointer, RecordLookups } from './port/record-lookups.ts';
import type { Schema } from './schema.ts';

export function createRecordLookups(kysely: Kysely<Schema>): RecordLookups {
  return {
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
      const { rows } = await selectArchived(records).execute(kysely, { signal });
      return new Map(rows.map((row) => [`${row.pmid}:${row.content_hash}`, row.s3_uri]));
    },
    async findQuarantined(hashes, { signal }) {
      const rows = await kysely
        .selectFrom('quarantined_records')
        .select(['content_hash', 's3_uri'])
        .where('content_hash', '=', sql<string>`any(${[...hashes]}::text[])`)
        .execute({ signal });
      return new Map(rows.map((row) => [row.content_hash as Sha256, row.s3_uri as ArchiveUri]));
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
  };
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
