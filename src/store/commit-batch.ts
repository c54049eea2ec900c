import { type Kysely, sql } from 'kysely';
import type { Pmid } from '../domain/ids.ts';
import { BioMcpError } from '../errors/bio-mcp-error.ts';
import { selectArchived } from './archived-payloads.ts';
import { keepGrowth } from './corpus-growth.ts';
import { copyRows } from './database/copy-statement.ts';
import { keepCounts } from './kept-counts.ts';
import { foldFacets } from './kept-facets.ts';
import type { ArchivedRecord, CommitBatch, MovedRecord } from './port/commit-batch.ts';
import { copyRevisions } from './rebuild/copy-revisions.ts';
import type { Schema } from './schema.ts';

/**
 * One batch, inside the transaction that the caller opened. New rows go in by binary COPY, which has no ON
 * CONFLICT: so what is there already is told apart first. The publish lock keeps others from writing
 * between the two.
 */
export async function commitBatch(transaction: Kysely<Schema>, batch: CommitBatch): Promise<void> {
  await writeHistory(transaction, batch);
  await writePointers(transaction, batch);
  await raiseFileRanks(transaction, batch);
  await writeWithdrawals(transaction, batch);
  const replaced = await writeRevisions(transaction, batch);
  const deleted = await writeDeletions(transaction, batch);
  await writeQuarantined(transaction, batch);
  await writeFileProgress(transaction, batch);
  const { batchId, after, sequence } = batch;
  await transaction.deleteFrom('pending_batches').where('batch_id', '=', batchId).execute();
  const change = batch.revisions.length - replaced - deleted;
  const { numUpdatedRows } = await transaction
    .updateTable('corpus_state')
    .set((set) => ({ sequence, document_count: set('document_count', '+', change) }))
    .where('sequence', '=', after)
    .executeTakeFirstOrThrow();
  if (numUpdatedRows === 0n) throw toOvertaken(batch);
  await keepCounts(transaction, sequence);
  await foldFacets(transaction);
  if (batch.revisions.length > 0 || deleted > 0) await keepGrowth(transaction, batch.at);
}

function toOvertaken({ after }: CommitBatch): BioMcpError {
  return new BioMcpError('DB_UNAVAILABLE', 'Another process changed the corpus meanwhile; try again.', {
    message: `a batch is not committed, since ${after} is not the last sequence number any more`,
  });
}

async function writeHistory(
  transaction: Kysely<Schema>,
  { moved, archived, sequence }: CommitBatch,
): Promise<void> {
  for (const one of moved) await setAddress(transaction, one, sequence);
  await moveQuarantined(transaction, moved);
  const known = await findKnownHistory(transaction, archived);
  const fresh = archived.filter(({ pmid, contentHash }) => !known.has(`${pmid}:${contentHash}`));
  await copyRows(
    transaction,
    'pubmed_archive_history',
    {
      pmid: 'text',
      content_hash: 'text',
      s3_uri: 'text',
      fetched_at: 'timestamptz',
      version: 'int4',
      sequence: 'int8',
    },
    fresh.map((one) => [one.pmid, one.contentHash, one.uri, one.fetchedAt, one.version, sequence]),
  );
  // A payload that came back, or one that was damaged and put again: its row stays, its address
  // may be another.
  for (const one of archived) {
    if (known.has(`${one.pmid}:${one.contentHash}`)) await setAddress(transaction, one, sequence);
  }
}

async function setAddress(
  transaction: Kysely<Schema>,
  { pmid, contentHash, uri }: MovedRecord,
  sequence: number,
): Promise<void> {
  await transaction
    .updateTable('pubmed_archive_history')
    .set({ s3_uri: uri, sequence })
    .where('pmid', '=', pmid)
    .where('content_hash', '=', contentHash)
    .execute();
}

async function moveQuarantined(transaction: Kysely<Schema>, moved: readonly MovedRecord[]): Promise<void> {
  if (moved.length === 0) return;
  await sql`
    update quarantined_records as q
    set s3_uri = n.uri
    from unnest(
      ${moved.map((one) => one.contentHash)}::text[],
      ${moved.map((one) => one.uri)}::text[]
    ) as n(hash, uri)
    where q.content_hash = n.hash`.execute(transaction);
}

async function findKnownHistory(
  transaction: Kysely<Schema>,
  archived: readonly ArchivedRecord[],
): Promise<Set<string>> {
  const { rows } = await selectArchived(archived).execute(transaction);
  return new Set(rows.map((row) => `${row.pmid}:${row.content_hash}`));
}

async function writePointers(transaction: Kysely<Schema>, { archived, at }: CommitBatch): Promise<void> {
  const current = [...new Map(archived.filter((one) => one.current).map((one) => [one.pmid, one])).values()];
  const rows = await transaction
    .selectFrom('pubmed_archive')
    .select('pmid')
    .where('pmid', '=', sql<string>`any(${current.map(({ pmid }) => pmid)}::text[])`)
    .execute();
  const known = new Set(rows.map(({ pmid }) => pmid));
  await copyRows(
    transaction,
    'pubmed_archive',
    {
      pmid: 'text',
      s3_uri: 'text',
      content_hash: 'text',
      fetched_at: 'timestamptz',
      api_etag: 'text',
      updated_at: 'timestamptz',
      version: 'int4',
      file_rank: 'int4',
    },
    current
      .filter(({ pmid }) => !known.has(pmid))
      .map((one) => [
        one.pmid,
        one.uri,
        one.contentHash,
        one.fetchedAt,
        one.etag,
        at,
        one.version,
        one.fileRank,
      ]),
  );
  const changed = current.filter(({ pmid }) => known.has(pmid));
  if (changed.length === 0) return;
  await sql`
    update pubmed_archive as a
    set s3_uri = n.uri, content_hash = n.hash, fetched_at = n.fetched_at, api_etag = n.etag,
        version = n.version, updated_at = ${at}, file_rank = greatest(a.file_rank, n.file_rank)
    from unnest(
      ${changed.map((one) => one.pmid)}::text[],
      ${changed.map((one) => one.uri)}::text[],
      ${changed.map((one) => one.contentHash)}::text[],
      ${changed.map((one) => one.fetchedAt)}::timestamptz[],
      ${changed.map((one) => one.etag)}::text[],
      ${changed.map((one) => one.version)}::int4[],
      ${changed.map((one) => one.fileRank)}::int4[]
    ) as n(pmid, uri, hash, fetched_at, etag, version, file_rank)
    where a.pmid = n.pmid`.execute(transaction);
}

async function raiseFileRanks(transaction: Kysely<Schema>, { confirmed }: CommitBatch): Promise<void> {
  if (confirmed === null || confirmed.pmids.length === 0) return;
  await sql`
    update pubmed_archive
    set file_rank = greatest(file_rank, ${confirmed.fileRank}::int4)
    where pmid = any(${[...confirmed.pmids]}::text[])`.execute(transaction);
  await sql`
    insert into raised_file_ranks (pmid) select unnest(${[...confirmed.pmids]}::text[])
    on conflict do nothing`.execute(transaction);
}

async function writeWithdrawals(transaction: Kysely<Schema>, { withdrawn }: CommitBatch): Promise<void> {
  if (withdrawn === null || withdrawn.pmids.length === 0) return;
  await sql`
    insert into withdrawals as w (pmid, file_rank)
    select pmid, ${withdrawn.fileRank}::int4 from unnest(${[...withdrawn.pmids]}::text[]) as n(pmid)
    on conflict (pmid) do update set file_rank = excluded.file_rank, in_state = false
    where excluded.file_rank > w.file_rank`.execute(transaction);
}

/** Resolves to how many live revisions ended. */
async function writeRevisions(
  transaction: Kysely<Schema>,
  { revisions, sequence }: CommitBatch,
): Promise<number> {
  const pmids = [...new Set(revisions.map(({ pmid }) => pmid))];
  const ended = await endLiveRevisions(transaction, pmids, sequence);
  if (pmids.length > 0) {
    // The document is back, or can be read again.
    for (const table of ['tombstones', 'withdrawals', 'quarantined_records'] as const) {
      await transaction.deleteFrom(table).where('pmid', '=', sql<string>`any(${pmids}::text[])`).execute();
    }
  }
  const live = { enteredSequence: sequence, leftSequence: null };
  await copyRevisions(
    transaction,
    revisions.map((one) => ({ ...one, ...live })),
  );
  return ended;
}

async function endLiveRevisions(
  transaction: Kysely<Schema>,
  pmids: readonly Pmid[],
  sequence: number,
): Promise<number> {
  if (pmids.length === 0) return 0;
  const { numUpdatedRows } = await transaction
    .updateTable('revisions')
    .set({ left_sequence: sequence })
    .where('pmid', '=', sql<string>`any(${[...pmids]}::text[])`)
    .where('left_sequence', 'is', null)
    .executeTakeFirstOrThrow();
  return Number(numUpdatedRows);
}

/** Resolves to how many live revisions ended. */
async function writeDeletions(
  transaction: Kysely<Schema>,
  { deletions, sequence, at }: CommitBatch,
): Promise<number> {
  const ended = await endLiveRevisions(
    transaction,
    deletions.map(({ pmid }) => pmid),
    sequence,
  );
  for (const { pmid, reason, mergedInto } of deletions) {
    const facts = { reason, merged_into: mergedInto, deleted_at: at, sequence };
    await transaction
      .insertInto('tombstones')
      .values({ pmid, ...facts })
      .onConflict((conflict) => conflict.column('pmid').doUpdateSet(facts))
      .execute();
  }
  return ended;
}

async function writeQuarantined(
  transaction: Kysely<Schema>,
  { quarantined, at }: CommitBatch,
): Promise<void> {
  for (const { contentHash, pmid, reason, uri, source } of quarantined) {
    const facts = { pmid, reason, s3_uri: uri, source, quarantined_at: at, in_state: false };
    await transaction
      .insertInto('quarantined_records')
      .values({ content_hash: contentHash, ...facts })
      .onConflict((conflict) => conflict.column('content_hash').doUpdateSet(facts))
      .execute();
  }
}

async function writeFileProgress(transaction: Kysely<Schema>, { file, at }: CommitBatch): Promise<void> {
  if (file === null) return;
  const { fileHash, md5, name, itemsDone, finished } = file;
  await sql`
    insert into loaded_files (file_hash, md5, name, items_done, finished_at)
    values (${fileHash}, ${md5}, ${name}, ${itemsDone}, ${finished ? at : null})
    on conflict (file_hash) do update set
      md5 = excluded.md5,
      in_state = loaded_files.in_state and loaded_files.items_done >= excluded.items_done
        and (loaded_files.finished_at is not null or excluded.finished_at is null),
      items_done = greatest(loaded_files.items_done, excluded.items_done),
      finished_at = coalesce(excluded.finished_at, loaded_files.finished_at)`.execute(transaction);
}
