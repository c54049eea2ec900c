import { type Kysely, sql } from 'kysely';
import type { ArchiveUri } from '../domain/corpus/archive-key.ts';
import type { Pmid, Sha256 } from '../domain/ids.ts';
import { listGrowth } from './corpus-growth.ts';
import { toInstant, toInstantOrNull } from './instants.ts';
import { readCounts } from './kept-counts.ts';
import { readFacets } from './kept-facets.ts';
import type { CorpusFacts } from './port/corpus-facts.ts';
import type { RunLog } from './port/run-log.ts';
import type { Schema } from './schema.ts';

const ABANDONED = 'the process ended before the run did';

export function createStatusReads(kysely: Kysely<Schema>): RunLog & CorpusFacts {
  return {
    async startRun({ runId, tool, params, startedAt }) {
      await kysely
        .insertInto('runs')
        .values({
          run_id: runId,
          tool,
          params: JSON.stringify(params),
          state: 'running',
          progress: '{}',
          started_at: startedAt,
        })
        .onConflict((known) =>
          known.column('run_id').doUpdateSet({ state: 'running', manifest: null, finished_at: null }),
        )
        .execute();
    },
    async saveRun({ runId, state, progress, manifest, finishedAt }) {
      await kysely
        .updateTable('runs')
        .set({ state, progress: JSON.stringify(progress), manifest, finished_at: finishedAt })
        .where('run_id', '=', runId)
        .execute();
    },
    async failAbandonedRuns(finishedAt) {
      await kysely
        .updateTable('runs')
        .set({
          state: 'failed',
          progress: sql`progress || ${JSON.stringify({ message: ABANDONED })}::jsonb`,
          finished_at: finishedAt,
        })
        .where('state', '=', 'running')
        .execute();
    },
    async listRuns(limit, { signal }) {
      const rows = await kysely
        .selectFrom('runs')
        .selectAll()
        .orderBy('started_at', 'desc')
        .orderBy('run_id')
        .limit(limit)
        .execute({ signal });
      return rows.map((row) => ({
        runId: row.run_id,
        tool: row.tool,
        params: row.params as Record<string, unknown>, // jsonb objects, written by startRun and saveRun
        state: row.state,
        progress: row.progress as Record<string, unknown>,
        manifest: row.manifest,
        startedAt: toInstant(row.started_at),
        finishedAt: toInstantOrNull(row.finished_at),
      }));
    },
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
