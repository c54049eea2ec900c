import { type RawBuilder, sql } from 'kysely';
import { type CallOptions, NEVER } from '../../domain/call-options.ts';
import type { Clock } from '../../domain/clock.ts';
import type { JobLease } from '../../domain/jobs/job.ts';
import type { Attempts } from '../../queue/job-table.ts';
import type { Database } from '../database/database.ts';
import { toDatabaseError } from '../database/report-database-errors.ts';
import { toParentUpdate } from './job-parents.ts';
import { COLUMNS, type JobTableRow } from './job-row.ts';

export interface JobStatementOptions {
  database: Pick<Database, 'kysely' | 'notices' | 'lockScope'>;
  /** Absent: the database's own, so that machines whose clocks differ agree on leases. */
  clock?: Clock;
  /** Hears each job that a statement of this process brought to its end. Default: nobody does. */
  onEnded?: (job: { tool: string; errorCode: string | null }) => void;
}

/** How the jobs' rows are read and changed, and the table's own clock. */
export interface JobStatements {
  now(): RawBuilder<unknown>;
  fromNow(ms: number): RawBuilder<unknown>;
  /** Of a queued job: its pause is over. */
  isDue(): RawBuilder<unknown>;
  read<T extends object>(query: RawBuilder<T>, options: CallOptions): Promise<T[]>;
  /** Runs what changes something: whoever gives that up would not know whether it was made. */
  carryOut<T extends object>(query: RawBuilder<T>): Promise<T[]>;
  /** Runs an insert or update without its `returning`, and tells of each row that it changed. */
  change(statement: RawBuilder<unknown>): Promise<JobTableRow[]>;
  /**
   * As `change`, for a part and for one that is none; where it fails, the next sweep brings the parent
   * up to date.
   */
  changeWithParents(statement: RawBuilder<unknown>): Promise<JobTableRow[]>;
  /** Resolves to whether the lease was still the job's. */
  changeLeased(lease: JobLease, changes: RawBuilder<unknown>): Promise<boolean>;
}

export function createJobStatements({ database, clock, onEnded }: JobStatementOptions): JobStatements {
  const { kysely, notices } = database;
  const now = (): RawBuilder<unknown> =>
    clock === undefined
      ? sql`date_trunc('milliseconds', statement_timestamp())`
      : sql`${clock.now().toISOString()}::timestamptz`;
  const fromNow = (ms: number) => sql`${now()} + ${ms}::float8 * interval '1 millisecond'`;

  async function read<T extends object>(query: RawBuilder<T>, { signal }: CallOptions): Promise<T[]> {
    const { rows } = await query.execute(kysely, { signal }).catch((error: unknown) => {
      throw signal.aborted && error === signal.reason ? error : toDatabaseError(error);
    });
    return rows;
  }

  const carryOut = <T extends object>(query: RawBuilder<T>) => read(query, NEVER);

  /** A start further ahead than any pause is from before the clock was set back. */
  const isDue = () => sql`(run_after <= ${now()} or run_after > ${fromNow(LONGEST_PAUSE_MS)})`;

  async function change(statement: RawBuilder<unknown>): Promise<JobTableRow[]> {
    const notice = notices.toSql(sql`id || ' ' || state`);
    const told = notice === null ? sql`` : sql`, ${notice}`;
    const rows = await carryOut(
      sql<JobTableRow>`with changed as (${statement} returning ${COLUMNS}, lease_id) select *${told} from changed`,
    );
    for (const { id, state, tool, error_code: errorCode } of rows) {
      notices.tell(`${id} ${state}`);
      // No statement changes a job that has ended.
      if (state === 'succeeded' || state === 'failed') onEnded?.({ tool, errorCode });
    }
    return rows;
  }

  async function changeWithParents(statement: RawBuilder<unknown>): Promise<JobTableRow[]> {
    const rows = await change(statement);
    const parents = new Set(rows.flatMap(({ parent_job_id }) => parent_job_id ?? []));
    if (parents.size > 0) {
      await change(toParentUpdate({ which: parents, now: now() }));
    }
    return rows;
  }

  async function changeLeased(lease: JobLease, changes: RawBuilder<unknown>): Promise<boolean> {
    const rows = await changeWithParents(sql`
      update jobs set ${changes}, updated_at = ${now()}
      where id = ${lease.jobId}::uuid and lease_id = ${lease.leaseId}::uuid and state = 'running'`);
    return rows.length > 0;
  }

  return { now, fromNow, isDue, read, carryOut, change, changeWithParents, changeLeased };
}

/** Whatever the row is in from now on: nobody holds it, and nobody was told of it yet. */
export const LEASE_GIVEN_UP = sql`lease_id = null, lease_expires_at = null, announced_at = null`;
export const HAS_ITS_TURN = sql`(not in_turn or not exists (
  select from jobs as earlier
  where earlier.parent_job_id = jobs.parent_job_id and earlier.id < jobs.id
    and earlier.state in ('queued', 'running')))`;

/** Attempts pause for ten minutes at most, where NCBI asks for that. */
const LONGEST_PAUSE_MS = 15 * 60_000;

export function isLast(maxAttempts: number): RawBuilder<boolean> {
  return sql<boolean>`(not got_further and attempt >= ${maxAttempts}::int)`;
}

export function orFailed({ maxAttempts, error }: Attempts, now: RawBuilder<unknown>): RawBuilder<unknown> {
  const last = isLast(maxAttempts);
  return sql`state = case when ${last} then 'failed' else 'queued' end,
    error_code = case when ${last} then ${error.errorCode}::text end,
    error = case when ${last} then ${error.message}::text end,
    finished_at = case when ${last} then ${now} end`;
}
