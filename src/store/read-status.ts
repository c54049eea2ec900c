import type { Kysely } from 'kysely';
import type { ArchiveUri } from '../domain/corpus/archive-key.ts';
import type { Pmid, Sha256 } from '../domain/ids.ts';
import { listGrowth } from './corpus-growth.ts';
import { readCounts } from './kept-counts.ts';
import { readFacets } from './kept-facets.ts';
import type { CorpusFacts } from './port/corpus-facts.ts';
import type { Schema } from './schema.ts';

export function createStatusReads(kysely: Kysely<Schema>): CorpusFacts {
  return {
    countCorpus: (options) => readCounts(kysely, options),
    countFacets: (options) => readFacets(kysely, options),
    listGrowth: (options) => listGrowth(kysely, options),
    async hasChunks({ signal }) {
      const row = await kysely
        .selectFrom('revisions')
        .select('pmid')
        .where('left_sequence', 'is', null)
        .where('chunk_count', '>', 0)
        .limit(1)
        .executeTakeFirst({ signal });
      return row !== undefined;
    },
    async listQuarantined(limit, { signal }) {
      const rows = await kysely
        .selectFrom('quarantined_records')
        .selectAll()
        .orderBy('quarantined_at', 'desc')
        .orderBy('content_hash')
        .limit(limit)
        .execute({ signal });
      return rows.map((row) => ({
        contentHash: row.content_hash as Sha256,
        pmid: row.pmid as Pmid | null,
        reason: row.reason,
        uri: row.s3_uri as ArchiveUri,
        source: row.source,
      }));
    },
    async countQuarantined({ signal }) {
      const row = await kysely
        .selectFrom('quarantined_records')
        .select((count) => count.fn.countAll<number>().as('records'))
        .executeTakeFirstOrThrow({ signal });
      return row.records;
    },
  };
}
