import { sql } from 'kysely';
import type { Job, JobChange, JobId } from '../../domain/jobs/job.ts';
import type { JobTable } from '../../queue/job-table.ts';
import { createJobLeases } from './job-leases.ts';
import { createJobReads } from './job-reads.ts';
import { toJob } from './job-row.ts';
import { createJobStatements, type JobStatementOptions, LEASE_GIVEN_UP } from './job-statements.ts';
import { createJobSweeps } from './job-sweeps.ts';

export interface SqlJobTableOptions extends JobStatementOptions {
  /** The span that makes a job, which its row keeps behind the trace id. Default: nobody collects traces. */
  currentSpan?: () => { traceId: string; spanId: string } | null;
}

/** The jobs on PostgreSQL, embedded or served. Instants are whole milliseconds, as a cursor writes them. */
export function createSqlJobTable({ currentSpan, ...options }: SqlJobTableOptions): JobTable {
  const { database } = options;
  const statements = createJobStatements(options);
  const { now, change, changeWithParents } = statements;
  return {
    ...createJobReads(statements),
    ...createJobLeases(statements),
    ...createJobSweeps(statements, database),

    async insert({ jobId, tool, params, paramsHash, idempotencyKey, parentJobId, traceId, ...row }) {
      const { surface, createdBy, createdScope } = row;
      const span = currentSpan?.() ?? null;
      const trace = span !== null && span.traceId === traceId ? `${traceId}-${span.spanId}` : traceId;
      const [made] = await change(sql`
        insert into jobs (id, tool, params, params_hash, idempotency_key, parent_job_id, trace_id, surface,
          created_by, created_scope, run_after, created_at, updated_at)
        values (${jobId}, ${tool}, ${JSON.stringify(params)}::jsonb, ${paramsHash}, ${idempotencyKey},
          ${parentJobId}::uuid, ${trace}, ${surface}, ${createdBy}, ${createdScope}, ${now()}, ${now()}, ${now()})
        on conflict do nothing`);
      return made === undefined ? null : toJob(made);
    },
    async cancel(jobId, { errorCode, message }) {
      const rows = await changeWithParents(sql`
        update jobs set state = 'failed', error_code = ${errorCode}, error = ${message}, ${LEASE_GIVEN_UP},
          waits_for_children = false, finished_at = ${now()}, updated_at = ${now()}
        where (id = ${jobId}::uuid or parent_job_id = ${jobId}::uuid) and state in ('queued', 'running')
          and exists (select from jobs where id = ${jobId}::uuid and state in ('queued', 'running'))`);
      const row = rows.find(({ id }) => id === jobId);
      return row === undefined ? null : toJob(row);
    },
    subscribe: (listener) => database.notices.subscribe((payload) => listener(toChange(payload))),
  };
}

function toChange(payload: string | null): JobChange {
  const [jobId, state] = payload?.split(' ') ?? [];
  // The payload is what `change` put together of a row's own columns.
  return jobId === undefined || state === undefined
    ? null
    : { jobId: jobId as JobId, state: state as Job['state'] };
}
