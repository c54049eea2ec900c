import { type RawBuilder, sql } from 'kysely';
import type { ArchiveUri } from '../domain/corpus/archive-key.ts';
import type { Pmid, Sha256 } from '../domain/ids.ts';

export interface ArchivedPayload {
  pmid: Pmid;
  content_hash: Sha256;
  s3_uri: ArchiveUri;
}

/**
 * Of these payloads those that were ever archived. Each is looked up by the whole key: without statistics,
 * which the embedded database never has, PostgreSQL takes a list of PMIDs for half of the table and reads all
 * of it.
 */
export function selectArchived(
  payloads: readonly { pmid: Pmid; contentHash: Sha256 }[],
): RawBuilder<ArchivedPayload> {
  return sql<ArchivedPayload>`
    select h.pmid, h.content_hash, h.s3_uri
    from unnest(
      ${payloads.map(({ pmid }) => pmid)}::text[],
      ${payloads.map(({ contentHash }) => contentHash)}::text[]
    ) as asked(pmid, content_hash)
    cross join lateral (
      select * from pubmed_archive_history as one
      where one.pmid = asked.pmid and one.content_hash = asked.content_hash
      limit 1) as h`;
}
