import { type Kysely, sql } from 'kysely';
import type { ArchiveUri } from '../../domain/corpus/archive-key.ts';
import type { Pmid, Sha256 } from '../../domain/ids.ts';
import type { Schema } from '../schema.ts';
import type { CorpusRebuild } from './corpus-rebuild.ts';

type PayloadRows = Pick<CorpusRebuild, 'addQuarantined' | 'movePayload' | 'forgetPayload' | 'findPayloadsAt'>;

/** Where the payloads lie that the fresh tables tell of, and what is quarantined of them. */
export function createPayloadRows(kysely: Kysely<Schema>): PayloadRows {
  return {
    async addQuarantined(records) {
      for (const { contentHash, pmid, reason, uri, source, at } of records) {
        const facts = { pmid, reason, s3_uri: uri, source, quarantined_at: at, in_state: false };
        await kysely
          .insertInto('quarantined_records')
          .values({ content_hash: contentHash, ...facts })
          .onConflict((conflict) => conflict.column('content_hash').doNothing())
          .execute();
      }
    },
    async movePayload({ pmid, contentHash, uri }) {
      for (const table of ['pubmed_archive_history', 'pubmed_archive'] as const) {
        await kysely
          .updateTable(table)
          .set({ s3_uri: uri })
          .where('pmid', '=', pmid)
          .where('content_hash', '=', contentHash)
          .execute();
      }
    },
    async forgetPayload({ pmid, contentHash }) {
      await kysely.deleteFrom('quarantined_records').where('content_hash', '=', contentHash).execute();
      if (pmid === null) return;
      for (const table of ['pubmed_archive_history', 'pubmed_archive'] as const) {
        await kysely
          .deleteFrom(table)
          .where('pmid', '=', pmid)
          .where('content_hash', '=', contentHash)
          .execute();
      }
      await pointToRevisions(kysely, pmid);
    },
    async findPayloadsAt(uris) {
      const named = sql<string>`any(${[...uris]}::text[])`;
      const [history, quarantined] = await Promise.all(
        (['pubmed_archive_history', 'quarantined_records'] as const).map((table) =>
          kysely
            .selectFrom(table)
            .select(['pmid', 'content_hash', 's3_uri'])
            .where('s3_uri', '=', named)
            .execute(),
        ),
      );
      return new Map(
        [...(quarantined ?? []), ...(history ?? [])].map((row) => [
          row.s3_uri as ArchiveUri,
          { pmid: row.pmid as Pmid | null, contentHash: row.content_hash as Sha256 },
        ]),
      );
    },
  };
}

/**
 * A PMID whose current payload was forgotten has that of its latest revision in its place: so what comes in
 * next counts on from there. `null`: all such PMIDs.
 */
export async function pointToRevisions(kysely: Kysely<Schema>, pmid: Pmid | null): Promise<void> {
  await sql`
    insert into pubmed_archive (pmid, s3_uri, content_hash, fetched_at, updated_at, version)
    select distinct on (r.pmid) r.pmid, h.s3_uri, r.content_hash, h.fetched_at, h.fetched_at, r.version
    from revisions as r
    join pubmed_archive_history as h on h.pmid = r.pmid and h.content_hash = r.content_hash
    where (${pmid}::text is null or r.pmid = ${pmid})
      and not exists (select from pubmed_archive as a where a.pmid = r.pmid)
    order by r.pmid, r.revision desc`.execute(kysely);
}
