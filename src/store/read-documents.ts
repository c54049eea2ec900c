import { setImmediate } from 'node:timers/promises';
import { zstdDecompressSync } from 'node:zlib';
import { type Kysely, sql } from 'kysely';
import type { CallOptions } from '../domain/call-options.ts';
import type { ArchiveUri } from '../domain/corpus/archive-key.ts';
import type { Citation, NormalisedDocument } from '../domain/document/document.ts';
import type { Pmid, Sha256 } from '../domain/ids.ts';
import { listCiting } from './cited-by.ts';
import { toInstant } from './instants.ts';
import type { Deletion } from './port/commit-batch.ts';
import type { DocumentReads } from './port/document-reads.ts';
import type { ReadsBetween } from './reads-between.ts';
import type { Schema } from './schema.ts';

const PAGE = 2_000;
/** Half a millisecond: other requests get their turn in between. */
const DOCUMENTS_A_TURN = 5;

export function createDocumentReads(kysely: Kysely<Schema>, reads: ReadsBetween): DocumentReads {
  return {
    async findDocument(pmid, { signal }) {
      // A search waits for it, and for the next two, also during a load.
      const row = await reads.read(
        ({ database, committedUpTo }) =>
          (committedUpTo === null
            ? selectDocument(database, pmid).where('r.left_sequence', 'is', null)
            : selectDocumentAt(database, pmid, committedUpTo)
          ).executeTakeFirst({ signal }),
        { signal },
      );
      return row === undefined ? null : toDocument(row);
    },
    async findDocuments(pmids, { signal }) {
      // Each PMID by the index: without statistics, as in an embedded database, `any` may read
      // the whole table.
      const { rows } = await sql<DocumentRow & { pmid: string }>`
        select r.*, h.s3_uri, h.fetched_at from unnest(${[...pmids]}::text[]) as p(pmid), lateral (
          select pmid, document, revision, content_hash from revisions
          where pmid = p.pmid and left_sequence is null limit 1
        ) as r, lateral (
          select s3_uri, fetched_at from pubmed_archive_history
          where pmid = r.pmid and content_hash = r.content_hash limit 1
        ) as h`.execute(kysely, { signal });
      return toDocuments(rows);
    },
    async findDocumentAt(pmid, sequence, { signal }) {
      const row = await reads.read(
        ({ database }) => selectDocumentAt(database, pmid, sequence).executeTakeFirst({ signal }),
        { signal },
      );
      return row === undefined ? null : toDocument(row);
    },
    async findRevisions(revisions, { signal }) {
      const pmids = revisions.map(({ pmid }) => pmid);
      const numbers = new Map(revisions.map(({ pmid, revision }) => [pmid, revision]));
      const isWanted = sql<boolean>`r.pmid = any(${pmids}::text[])
        and r.revision = any(${[...new Set(numbers.values())]}::int[])`;
      const rows = await reads.read(
        ({ database, committedUpTo }) =>
          selectDocuments(database)
            .where(isWanted)
            .$if(committedUpTo !== null, (some) => some.where('r.entered_sequence', '<=', committedUpTo))
            .execute({ signal }),
        { signal },
      );
      return toDocuments(rows.filter(({ pmid, revision }) => numbers.get(pmid as Pmid) === revision));
    },
    listCiting: (pmid, wanted, options) => listCiting(kysely, pmid, wanted, options),
    async listPmidsStartingWith(prefix, limit, { signal }) {
      const live = kysely.selectFrom('revisions').select('pmid').where('left_sequence', 'is', null);
      const from = prefix === '' ? live : live.where('pmid', '>=', prefix);
      const end = toEndOfPrefix(prefix);
      const rows = await (end === null ? from : from.where('pmid', '<', end))
        .orderBy('pmid')
        .limit(limit)
        .execute({ signal });
      return rows.map(({ pmid }) => pmid as Pmid); // what was stored was checked when it entered
    },
    async findTombstone(pmid, { signal }) {
      const row = await kysely
        .selectFrom('tombstones')
        .select(['pmid', 'reason', 'merged_into'])
        .where('pmid', '=', pmid)
        .executeTakeFirst({ signal });
      return row === undefined ? null : toDeletion(row);
    },
    async findTombstones(pmids, { signal }) {
      const { rows } = await sql<Pick<Schema['tombstones'], 'pmid' | 'reason' | 'merged_into'>>`
        select t.* from unnest(${[...pmids]}::text[]) as p(pmid), lateral (
          select pmid, reason, merged_into from tombstones where pmid = p.pmid limit 1
        ) as t`.execute(kysely, { signal });
      return new Map(rows.map((row) => [row.pmid as Pmid, toDeletion(row)]));
    },
    async *listArchived({ signal }) {
      yield* listHistory(kysely, { signal });
      const rows = await kysely
        .selectFrom('quarantined_records')
        .select(['pmid', 'content_hash', 's3_uri'])
        .where('pmid', 'is', null)
        .orderBy('content_hash')
        .execute({ signal });
      for (const row of rows) yield toArchived(row);
    },
    async findKnownUris(uris, { signal }) {
      const isWanted = sql<boolean>`s3_uri = any(${[...uris]}::text[])`;
      const list = (table: 'pubmed_archive_history' | 'quarantined_records') =>
        kysely.selectFrom(table).select('s3_uri').where(isWanted).execute({ signal });
      const [history, quarantined] = await Promise.all([
        list('pubmed_archive_history'),
        list('quarantined_records'),
      ]);
      return new Set([...history, ...quarantined].map((row) => row.s3_uri as ArchiveUri));
    },
  };
}

/** Each revision leads to its own bytes, wherever they lie now. */
function selectDocument(kysely: Kysely<Schema>, pmid: Pmid) {
  return selectDocuments(kysely).where('r.pmid', '=', pmid);
}

function selectDocumentAt(kysely: Kysely<Schema>, pmid: Pmid, sequence: number) {
  return selectDocument(kysely, pmid)
    .where('r.entered_sequence', '<=', sequence)
    .where((where) =>
      where.or([where('r.left_sequence', 'is', null), where('r.left_sequence', '>', sequence)]),
    );
}

function selectDocuments(kysely: Kysely<Schema>) {
  return kysely
    .selectFrom('revisions as r')
    .innerJoin('pubmed_archive_history as h', (join) =>
      join.onRef('h.pmid', '=', 'r.pmid').onRef('h.content_hash', '=', 'r.content_hash'),
    )
    .select(['r.pmid', 'r.document', 'r.revision', 'h.s3_uri', 'h.content_hash', 'h.fetched_at']);
}

type DocumentRow = Pick<Schema['revisions'], 'document' | 'revision' | 'content_hash'> &
  Pick<Schema['pubmed_archive_history'], 's3_uri' | 'fetched_at'>;

function toDeletion(row: Pick<Schema['tombstones'], 'pmid' | 'reason' | 'merged_into'>): Deletion {
  return { pmid: row.pmid as Pmid, reason: row.reason, mergedInto: row.merged_into as Pmid | null };
}

/** The same as they are, a few at a time. */
export async function toDocuments(
  rows: readonly (DocumentRow & { pmid: string })[],
): Promise<Map<Pmid, NormalisedDocument>> {
  const documents = new Map<Pmid, NormalisedDocument>();
  for (const [at, row] of rows.entries()) {
    if (at > 0 && at % DOCUMENTS_A_TURN === 0) await setImmediate();
    documents.set(row.pmid as Pmid, toDocument(row)); // checked when it entered
  }
  return documents;
}

function toDocument(row: DocumentRow): NormalisedDocument {
  const archive = {
    s3_uri: row.s3_uri,
    content_hash: row.content_hash as Sha256,
    fetched_at: toInstant(row.fetched_at),
  };
  return { ...toCitation(row.document), revision: row.revision, archive };
}

function toCitation(document: Uint8Array): Citation {
  return JSON.parse(zstdDecompressSync(document).toString('utf8')) as Citation; // written by the pipeline
}

/** By pages in the order of the primary key, so that memory stays flat at millions of rows. */
async function* listHistory(
  kysely: Kysely<Schema>,
  options: CallOptions,
): AsyncIterable<ReturnType<typeof toArchived>> {
  let after = { pmid: '', content_hash: '' };
  for (;;) {
    const page = await readHistoryPage(kysely, after, options);
    for (const row of page) yield toArchived(row);
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    after = last;
  }
}

function readHistoryPage(
  kysely: Kysely<Schema>,
  after: { pmid: string; content_hash: string },
  options: CallOptions,
) {
  return kysely
    .selectFrom('pubmed_archive_history')
    .select(['pmid', 'content_hash', 's3_uri'])
    .where((where) =>
      where(where.refTuple('pmid', 'content_hash'), '>', where.tuple(after.pmid, after.content_hash)),
    )
    .orderBy('pmid')
    .orderBy('content_hash')
    .limit(PAGE)
    .execute(options);
}

function toArchived(row: { pmid: string | null; content_hash: string; s3_uri: string }) {
  return {
    pmid: row.pmid as Pmid | null,
    contentHash: row.content_hash as Sha256,
    uri: row.s3_uri as ArchiveUri,
  };
}

/**
 * The first text of digits behind all that begin with `prefix`; `null` where none is: a range uses the index,
 * LIKE may not.
 */
function toEndOfPrefix(prefix: string): string | null {
  const rest = prefix.replace(/9{1,9}$/, '');
  const last = rest.at(-1);
  return last === undefined ? null : `${rest.slice(0, -1)}${Number(last) + 1}`;
}
