import { type RawBuilder, sql } from 'kysely';
import type { JobId, JobState } from '../../domain/jobs/job.ts';
import type { JobSelection, JobTable } from '../../queue/job-table.ts';
import { COLUMNS, type JobTableRow, toJob } from './job-row.ts';
import type { JobStatements } from './job-statements.ts';

type JobReads = Pick<
  JobTable,
  'findTwin' | 'find' | 'findResult' | 'findPartResults' | 'findStates' | 'countParts' | 'count' | 'list'
>;

export function createJobReads({ read }: Pick<JobStatements, 'read'>): JobReads {
  return {
    async findTwin({ tool, paramsHash, idempotencyKey }, options) {
      const isTwin =
        idempotencyKey === null
          ? sql`params_hash = ${paramsHash} and idempotency_key is null and state in ('queued', 'running')`
          : sql`idempotency_key = ${idempotencyKey}`;
      const [row] = await read(
        sql<JobTableRow & { params_hash: string }>`
          select ${COLUMNS}, params_hash from jobs where tool = ${tool} and ${isTwin}`,
        options,
      );
      return row === undefined ? null : { job: toJob(row), paramsHash: row.params_hash };
    },
    async find(jobId, options) {
      const [row] = await read(
        sql<JobTableRow>`select ${COLUMNS} from jobs where id = ${jobId}::uuid`,
        options,
      );
      return row === undefined ? null : toJob(row);
    },
    async findResult(jobId, options) {
      const [row] = await read(
        sql<{ result: unknown }>`select result from jobs where id = ${jobId}::uuid and state = 'succeeded'`,
        options,
      );
      return row?.result ?? null;
    },
    async findPartResults(parentJobId, options) {
      const rows = await read(
        sql<{ result: unknown }>`
        select result from jobs where parent_job_id = ${parentJobId}::uuid and state = 'succeeded' order by id`,
        options,
      );
      return rows.map(({ result }) => result);
    },
    async findStates(jobIds, options) {
      const rows = await read(
        sql<Pick<JobTableRow, 'id' | 'state'>>`
        select id, state from jobs where id = any(${[...jobIds]}::uuid[])`,
        options,
      );
      return new Map(rows.map(({ id, state }) => [id as JobId, state]));
    },
    async countParts(parentJobId, options) {
      const rows = await read(
        sql<{ state: JobState; parts: number }>`
        select state, count(*)::int as parts from jobs where parent_job_id = ${parentJobId}::uuid group by state`,
        options,
      );
      const counts = { queued: 0, running: 0, succeeded: 0, failed: 0 };
      for (const { state, parts } of rows) counts[state] = parts;
      return counts;
    },
    async count(selection, options) {
      const rows = await read(
        sql<{ jobs: number }>`select count(*)::int as jobs from jobs where ${isSelected(selection)}`,
        options,
      );
      return rows[0]?.jobs ?? 0;
    },
    async list({ limit, after, ...selection }, options) {
      const isBehind =
        after === null
          ? sql`true`
          : sql`(created_at, id) < (${after.createdAt}::timestamptz, ${after.jobId}::uuid)`;
      const rows = await read(
        sql<JobTableRow>`
        select ${COLUMNS} from jobs
        where ${isBehind} and ${isSelected(selection)}
        order by created_at desc, id desc limit ${limit}`,
        options,
      );
      return rows.map(toJob);
    },
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
