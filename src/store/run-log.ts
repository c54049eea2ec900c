import { type Kysely, sql } from 'kysely';
import { toInstant, toInstantOrNull } from './instants.ts';
import type { RunLog } from './port/run-log.ts';
import type { Schema } from './schema.ts';

const ABANDONED = 'the process ended before the run did';

export function createRunLog(kysely: Kysely<Schema>): RunLog {
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
  };
}
