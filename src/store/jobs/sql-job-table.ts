import { type RawBuilder, sql } from 'kysely';
import { v7 as toUuid } from 'uuid';
import type { Scope } from '../../domain/caller.ts';
import type { Clock } from '../../domain/clock.ts';
import type { Job, JobChange, JobId, JobLease, JobState, LeasedJob } from '../../domain/job.ts';
import type { Surface } from '../../domain/surface.ts';
import type { Attempts, JobRow, JobSelection, JobTable } from '../../queue/job-table.ts';
import type { Database } from '../database/database.ts';
import { toDatabaseError } from '../database/report-database-errors.ts';
import { toInstant, toInstantOrNull } from '../instants.ts';
import { toParentUpdate } from './job-parents.ts';
import { toEndedJobsRemoval, toExpiredCallsRemoval } from './old-rows.ts';

export interface SqlJobTableOptions {
  database: Pick<Database, 'kysely' | 'notices' | 'lockScope'>;
  /** Absent: the database's own, so that machines whose clocks differ agree on leases. */
  clock?: Clock;
  /** Hears each job that a statement of this process brought to its end. Default: nobody does. */
  onEnded?: (job: { tool: string; errorCode: string | null }) => void;
  /** The span that makes a job, which its row keeps behind the trace id. Default: nobody collects traces. */
  currentSpan?: () => { traceId: string; spanId: string } | null;
}

/** The jobs on PostgreSQL, embedded or served. Instants are whole milliseconds, as a cursor writes them. */
export function createSqlJobTable({ database, clock, onEnded, currentSpan }: SqlJobTableOptions): JobTable {
  const { kysely, notices, lockScope } = database;
  const now = (): RawBuilder<unknown> =>
    clock === undefined
      ? sql`date_trunc('milliseconds', statement_timestamp())`
      : sql`${clock.now().toISOString()}::timestamptz`;
  const in_ = (ms: number) => sql`${now()} + ${ms}::float8 * interval '1 millisecond'`;

  async function read<T extends object>(query: RawBuilder<T>): Promise<T[]> {
    const { rows } = await query.execute(kysely).catch((error: unknown) => {
      throw toDatabaseError(error);
    });
    return rows;
  }

  /** A start further ahead than any pause is from before the clock was set back. */
  const isDue = () => sql`(run_after <= ${now()} or run_after > ${in_(LONGEST_PAUSE_MS)})`;

  /** Runs an insert or update without its `returning`, and tells of each row that it changed. */
  async function change(statement: RawBuilder<unknown>): Promise<JobRowOfTable[]> {
    const notice = notices.toSql(sql`id || ' ' || state`);
    const told = notice === null ? sql`` : sql`, ${notice}`;
    const rows = await read(
      sql<JobRowOfTable>`with changed as (${statement} returning ${COLUMNS}, lease_id) select *${told} from changed`,
    );
    for (const { id, state, tool, error_code: errorCode } of rows) {
      notices.tell(`${id} ${state}`);
      // No statement changes a job that has ended.
      if (state === 'succeeded' || state === 'failed') onEnded?.({ tool, errorCode });
    }
    return rows;
  }

  /**
   * As `change`, for a part and for one that is none; where it fails, the next sweep brings the parent
   * up to date.
   */
  async function changeWithParents(statement: RawBuilder<unknown>): Promise<JobRowOfTable[]> {
    const rows = await change(statement);
    const parents = new Set(rows.flatMap(({ parent_job_id }) => parent_job_id ?? []));
    if (parents.size > 0) {
      await change(toParentUpdate({ which: parents, now: now() }));
    }
    return rows;
  }

  /** Resolves to whether the lease was still the job's. */
  async function changeLeased(lease: JobLease, changes: RawBuilder<unknown>): Promise<boolean> {
    const rows = await changeWithParents(sql`
      update jobs set ${changes}, updated_at = ${now()}
      where id = ${lease.jobId}::uuid and lease_id = ${lease.leaseId}::uuid and state = 'running'`);
    return rows.length > 0;
  }

  return {
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
    async findTwin({ tool, paramsHash, idempotencyKey }) {
      const isTwin =
        idempotencyKey === null
          ? sql`params_hash = ${paramsHash} and idempotency_key is null and state in ('queued', 'running')`
          : sql`idempotency_key = ${idempotencyKey}`;
      const [row] = await read(
        sql<JobRowOfTable & { params_hash: string }>`
          select ${COLUMNS}, params_hash from jobs where tool = ${tool} and ${isTwin}`,
      );
      return row === undefined ? null : { job: toJob(row), paramsHash: row.params_hash };
    },
    async find(jobId) {
      const [row] = await read(sql<JobRowOfTable>`select ${COLUMNS} from jobs where id = ${jobId}::uuid`);
      return row === undefined ? null : toJob(row);
    },
    async findResult(jobId) {
      const [row] = await read(
        sql<{ result: unknown }>`select result from jobs where id = ${jobId}::uuid and state = 'succeeded'`,
      );
      return row?.result ?? null;
    },
    async findPartResults(parentJobId) {
      const rows = await read(sql<{ result: unknown }>`
        select result from jobs where parent_job_id = ${parentJobId}::uuid and state = 'succeeded' order by id`);
      return rows.map(({ result }) => result);
    },
    async findStates(jobIds) {
      const rows = await read(sql<Pick<JobRowOfTable, 'id' | 'state'>>`
        select id, state from jobs where id = any(${[...jobIds]}::uuid[])`);
      return new Map(rows.map(({ id, state }) => [id as JobId, state]));
    },
    async countParts(parentJobId) {
      const rows = await read(sql<{ state: JobState; parts: number }>`
        select state, count(*)::int as parts from jobs where parent_job_id = ${parentJobId}::uuid group by state`);
      const counts = { queued: 0, running: 0, succeeded: 0, failed: 0 };
      for (const { state, parts } of rows) counts[state] = parts;
      return counts;
    },
    async count(selection) {
      const rows = await read(
        sql<{ jobs: number }>`select count(*)::int as jobs from jobs where ${isSelected(selection)}`,
      );
      return rows[0]?.jobs ?? 0;
    },
    async list({ limit, after, ...selection }) {
      const isBehind =
        after === null
          ? sql`true`
          : sql`(created_at, id) < (${after.createdAt}::timestamptz, ${after.jobId}::uuid)`;
      const rows = await read(sql<JobRowOfTable>`
        select ${COLUMNS} from jobs
        where ${isBehind} and ${isSelected(selection)}
        order by created_at desc, id desc limit ${limit}`);
      return rows.map(toJob);
    },

    async claim({ leaseMs, tools }) {
      const [row] = await change(sql`
        update jobs set state = 'running', lease_id = ${toUuid()}::uuid, lease_expires_at = ${in_(leaseMs)},
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
      const rows = await read(sql<{ id: string }>`
        update jobs set lease_expires_at = ${in_(leaseMs)}
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
          ${ENDED}, finished_at = ${now()}`,
      ),
    fail: (lease, { error, resultRef }) =>
      changeLeased(
        lease,
        sql`state = 'failed', error_code = ${error.errorCode}, error = ${error.message},
          result_ref = ${resultRef}, ${ENDED}, finished_at = ${now()}`,
      ),
    retry: (lease, { maxAttempts, error, delayMs, warning, resultRef }) =>
      changeLeased(
        lease,
        sql`${orFailed({ maxAttempts, error }, now())}, ${ENDED}, run_after = ${in_(delayMs)},
          result_ref = case when ${isLast(maxAttempts)} then ${resultRef}::text end,
          progress = case when ${isLast(maxAttempts)} then progress
            else coalesce(progress, '{}') || jsonb_build_object('warning', ${warning}::text) end`,
      ),
    putBack: (lease) =>
      changeLeased(lease, sql`state = 'queued', attempt = greatest(attempt - 1, 0), ${ENDED}`),
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
      const isSplit = await changeLeased(lease, sql`waits_for_children = true, ${ENDED}`);
      if (isSplit) {
        await change(toParentUpdate({ which: new Set([lease.jobId]), now: now() }));
      }
      return isSplit;
    },
    async cancel(jobId, { errorCode, message }) {
      const rows = await changeWithParents(sql`
        update jobs set state = 'failed', error_code = ${errorCode}, error = ${message}, ${ENDED},
          waits_for_children = false, finished_at = ${now()}, updated_at = ${now()}
        where (id = ${jobId}::uuid or parent_job_id = ${jobId}::uuid) and state in ('queued', 'running')
          and exists (select from jobs where id = ${jobId}::uuid and state in ('queued', 'running'))`);
      const row = rows.find(({ id }) => id === jobId);
      return row === undefined ? null : toJob(row);
    },
    async takeBack({ which, maxAttempts, error }) {
      const rows = await change(sql`
        update jobs set ${orFailed({ maxAttempts, error }, now())}, ${ENDED}, updated_at = ${now()}
        where state = 'running' and lease_id is not null
          and ${which === 'all' ? sql`true` : sql`(lease_expires_at <= ${now()} or lease_expires_at > ${in_(FURTHEST_LEASE_MS)})`}`);
      // Where a process ended between a part and its parent, too.
      await change(toParentUpdate({ which: 'ended', now: now() }));
      return rows.length;
    },
    async removeOld({ keepMs }) {
      const removed = await read(toEndedJobsRemoval(in_(-keepMs)));
      const expired = await read(toExpiredCallsRemoval({ now: now(), besides: null }));
      // The embedded database gives no place free by itself; a server's autovacuum does.
      if (lockScope === 'process' && removed.length + expired.length > 0) {
        await read(sql<never>`vacuum jobs, keyed_calls`);
      }
      return removed.length;
    },
    async takeUntold({ againAfterMs, limit }) {
      const rows = await read(sql<JobRowOfTable>`
        update jobs set announced_at = ${now()}
        where id in (
          select id from jobs
          where (announced_at is null or announced_at <= ${in_(-againAfterMs)})
            and (state = 'queued' and ${isDue()} and ${HAS_ITS_TURN}
              or state = 'failed' and not dead_lettered and error_code <> 'CANCELLED'
                and finished_at > ${in_(-DEAD_LETTERED_WITHIN_MS)})
          order by announced_at nulls first, run_after, id limit ${limit} for update skip locked)
        returning ${COLUMNS}`);
      return rows.map(toJob);
    },
    async markDeadLettered(jobIds) {
      await read(sql<never>`update jobs set dead_lettered = true where id = any(${[...jobIds]}::uuid[])`);
    },
    subscribe: (listener) => notices.subscribe((payload) => listener(toChange(payload))),
  };
}

function isSelected({ state, tool, parentJobId, withParts = true }: JobSelection): RawBuilder<unknown> {
  const all = [
    sql`true`,
    ...(state === null ? [] : [sql`state = ${state}`]),
    ...(tool === null ? [] : [sql`tool = ${tool}`]),
    ...(parentJobId === undefined ? [] : [sql`parent_job_id = ${parentJobId}::uuid`]),
    ...(withParts ? [] : [sql`parent_job_id is null`]),
  ];
  return sql.join(all, sql` and `);
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

/** A queue of messages that is set up later need not hear of what failed long before. */
const DEAD_LETTERED_WITHIN_MS = 24 * 60 * 60_000;
/** Without the columns that may be large. */
const COLUMNS = sql`jobs.id, jobs.tool, jobs.params, jobs.state, jobs.attempt, jobs.progress, jobs.result_ref,
  jobs.error_code, jobs.error, jobs.parent_job_id, jobs.trace_id, jobs.surface, jobs.created_by,
  jobs.created_scope, jobs.created_at, jobs.started_at, jobs.finished_at, jobs.updated_at`;
/** What the row is in from now on, nobody was told yet. */
const ENDED = sql`lease_id = null, lease_expires_at = null, announced_at = null`;
/** Attempts pause for ten minutes at most, where NCBI asks for that. */
const LONGEST_PAUSE_MS = 15 * 60_000;
/**
 * A lease further ahead is from before the clock was set back: whoever holds it renews it by today's.
 * Twice the longest that BIO_MCP_JOBS_LEASE_SECONDS allows, since workers on one database may have other
 * settings than ours.
 */
const FURTHEST_LEASE_MS = 2 * 3_600_000;
const HAS_ITS_TURN = sql`(not in_turn or not exists (
  select from jobs as earlier
  where earlier.parent_job_id = jobs.parent_job_id and earlier.id < jobs.id
    and earlier.state in ('queued', 'running')))`;

function isLast(maxAttempts: number): RawBuilder<boolean> {
  return sql<boolean>`(not got_further and attempt >= ${maxAttempts}::int)`;
}

function orFailed({ maxAttempts, error }: Attempts, now: RawBuilder<unknown>): RawBuilder<unknown> {
  const last = isLast(maxAttempts);
  return sql`state = case when ${last} then 'failed' else 'queued' end,
    error_code = case when ${last} then ${error.errorCode}::text end,
    error = case when ${last} then ${error.message}::text end,
    finished_at = case when ${last} then ${now} end`;
}

interface JobRowOfTable {
  id: string;
  tool: string;
  params: Record<string, unknown>;
  state: Job['state'];
  attempt: number;
  progress: Record<string, unknown> | null;
  result_ref: string | null;
  error_code: string | null;
  error: string | null;
  parent_job_id: string | null;
  trace_id: string | null;
  surface: Surface;
  created_by: string | null;
  created_scope: Scope | null;
  lease_id?: string | null;
  created_at: Date | string;
  started_at: Date | string | null;
  finished_at: Date | string | null;
  updated_at: Date | string;
}

/**
 * The casts hold because `id` and `parent_job_id` are uuid columns, which PostgreSQL writes in lower case.
 */
function toJob(row: JobRowOfTable): Job {
  const { error_code: errorCode, error: message } = row;
  return {
    jobId: row.id as JobId,
    tool: row.tool,
    params: row.params,
    state: row.state,
    attempt: row.attempt,
    progress: row.progress,
    resultRef: row.result_ref,
    error: errorCode === null || message === null ? null : { errorCode, message },
    parentJobId: row.parent_job_id as JobId | null,
    ...toPlace(row.trace_id),
    surface: row.surface,
    createdBy: row.created_by,
    createdScope: row.created_scope,
    createdAt: toInstant(row.created_at),
    startedAt: toInstantOrNull(row.started_at),
    finishedAt: toInstantOrNull(row.finished_at),
    updatedAt: toInstant(row.updated_at),
  };
}

/** A trace id, and perhaps a span's behind it. */
function toPlace(kept: string | null): Pick<Job, 'traceId' | 'spanId'> {
  const [traceId = null, spanId] = kept?.split('-') ?? [];
  return { traceId, ...(spanId === undefined ? {} : { spanId }) };
}

function toLeasedJob(row: JobRowOfTable): LeasedJob {
  const job = toJob(row);
  const { lease_id: leaseId } = row;
  if (job.startedAt === null || typeof leaseId !== 'string') {
    throw new Error(`job ${job.jobId} was claimed without a lease`);
  }
  return { ...job, startedAt: job.startedAt, leaseId };
}

function toChange(payload: string | null): JobChange {
  const [jobId, state] = payload?.split(' ') ?? [];
  // The payload is what `change` put together of a row's own columns.
  return jobId === undefined || state === undefined
    ? null
    : { jobId: jobId as JobId, state: state as Job['state'] };
}
