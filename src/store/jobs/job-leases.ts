import { sql } from 'kysely';
import { v7 as toUuid } from 'uuid';
import type { JobRow, JobTable } from '../../queue/job-table.ts';
import { toParentUpdate } from './job-parents.ts';
import { toLeasedJob } from './job-row.ts';
import { HAS_ITS_TURN, isLast, type JobStatements, LEASE_GIVEN_UP, orFailed } from './job-statements.ts';

type JobLeases = Pick<
  JobTable,
  'claim' | 'renew' | 'saveProgress' | 'succeed' | 'fail' | 'retry' | 'putBack' | 'split'
>;

/** What whoever runs a job does with it. */
export function createJobLeases(statements: JobStatements): JobLeases {
  const { now, fromNow, isDue, carryOut, change, changeLeased } = statements;
  return {
    async claim({ leaseMs, tools }) {
      const [row] = await change(sql`
        update jobs set state = 'running', lease_id = ${toUuid()}::uuid, lease_expires_at = ${fromNow(leaseMs)},
          attempt = case when got_further then 1 else attempt + 1 end, got_further = false,
          started_at = coalesce(started_at, ${now()}), updated_at = ${now()}
        where id = (
          select id from jobs
          where state = 'queued' and ${isDue()} and tool = any(${[...tools]}::text[])
            and ${HAS_ITS_TURN}
          order by run_after, id limit 1 for update skip locked)`);
      return row === undefined ? null : toLeasedJob(row);
    },
    async renew({ jobId, leaseId }, leaseMs) {
      // Nobody needs to hear of it.
      const rows = await carryOut(sql<{ id: string }>`
        update jobs set lease_expires_at = ${fromNow(leaseMs)}
        where id = ${jobId}::uuid and lease_id = ${leaseId}::uuid returning id`);
      return rows.length > 0;
    },
    saveProgress: (lease, { progress, pct }) =>
      changeLeased(
        lease,
        sql`progress = ${JSON.stringify(progress)}::jsonb,
          got_further = got_further or ${pct}::float8 > furthest_pct,
          furthest_pct = greatest(furthest_pct, ${pct}::float8)`,
      ),
    succeed: (lease, { result, resultRef }) =>
      changeLeased(
        lease,
        sql`state = 'succeeded', result = ${JSON.stringify(result)}::json, result_ref = ${resultRef},
          ${LEASE_GIVEN_UP}, finished_at = ${now()}`,
      ),
    fail: (lease, { error, resultRef }) =>
      changeLeased(
        lease,
        sql`state = 'failed', error_code = ${error.errorCode}, error = ${error.message},
          result_ref = ${resultRef}, ${LEASE_GIVEN_UP}, finished_at = ${now()}`,
      ),
    retry: (lease, { maxAttempts, error, delayMs, warning, resultRef }) =>
      changeLeased(
        lease,
        sql`${orFailed({ maxAttempts, error }, now())}, ${LEASE_GIVEN_UP}, run_after = ${fromNow(delayMs)},
          result_ref = case when ${isLast(maxAttempts)} then ${resultRef}::text end,
          progress = case when ${isLast(maxAttempts)} then progress
            else coalesce(progress, '{}') || jsonb_build_object('warning', ${warning}::text) end`,
      ),
    putBack: (lease) =>
      changeLeased(lease, sql`state = 'queued', attempt = greatest(attempt - 1, 0), ${LEASE_GIVEN_UP}`),
    async split(lease, parts) {
      const inserted = sql`
        insert into jobs (id, tool, params, params_hash, idempotency_key, in_turn, parent_job_id, trace_id, surface,
          created_by, created_scope, run_after, created_at, updated_at)
        select part.id, part.tool, part.params, part.params_hash, part.idempotency_key, part.in_turn, parent.id,
          parent.trace_id, parent.surface, parent.created_by, parent.created_scope,
          ${now()}, ${now()}, ${now()}
        from jobs as parent, jsonb_to_recordset(${JSON.stringify(parts.map(toPart))}::jsonb)
          as part (id uuid, tool text, params jsonb, params_hash text, idempotency_key text, in_turn boolean)
        where parent.id = ${lease.jobId}::uuid and parent.lease_id = ${lease.leaseId}::uuid
        on conflict do nothing`;
      // A split that was cut short after this leaves parts that the next attempt finds by their keys.
      await change(inserted);
      const isSplit = await changeLeased(lease, sql`waits_for_children = true, ${LEASE_GIVEN_UP}`);
      if (isSplit) {
        await change(toParentUpdate({ which: new Set([lease.jobId]), now: now() }));
      }
      return isSplit;
    },
  };
}

function toPart({ jobId, tool, params, paramsHash, idempotencyKey, inTurn }: JobRow & { inTurn: boolean }) {
  return {
    id: jobId,
    tool,
    params,
    params_hash: paramsHash,
    idempotency_key: idempotencyKey,
    in_turn: inTurn,
  };
}
