import { sql } from 'kysely';
import type { JobTable } from '../../queue/job-table.ts';
import type { Database } from '../database/database.ts';
import { toParentUpdate } from './job-parents.ts';
import { COLUMNS, type JobTableRow, toJob } from './job-row.ts';
import { HAS_ITS_TURN, type JobStatements, LEASE_GIVEN_UP, orFailed } from './job-statements.ts';
import { toEndedJobsRemoval, toExpiredCallsRemoval } from './old-rows.ts';

type JobSweeps = Pick<JobTable, 'takeBack' | 'removeOld' | 'takeUntold' | 'markDeadLettered'>;

/** What is done with jobs that nobody runs. */
export function createJobSweeps(
  { now, fromNow, isDue, carryOut, change }: JobStatements,
  { lockScope }: Pick<Database, 'lockScope'>,
): JobSweeps {
  return {
    async takeBack({ which, maxAttempts, error }) {
      const rows = await change(sql`
        update jobs set ${orFailed({ maxAttempts, error }, now())}, ${LEASE_GIVEN_UP}, updated_at = ${now()}
        where state = 'running' and lease_id is not null
          and ${which === 'all' ? sql`true` : sql`(lease_expires_at <= ${now()} or lease_expires_at > ${fromNow(FURTHEST_LEASE_MS)})`}`);
      // Where a process ended between a part and its parent, too.
      await change(toParentUpdate({ which: 'ended', now: now() }));
      return rows.length;
    },
    async removeOld({ keepMs }) {
      const removed = await carryOut(toEndedJobsRemoval(fromNow(-keepMs)));
      const expired = await carryOut(toExpiredCallsRemoval({ now: now(), besides: null }));
      // The embedded database gives no place free by itself; a server's autovacuum does.
      if (lockScope === 'process' && removed.length + expired.length > 0) {
        await carryOut(sql<never>`vacuum jobs, keyed_calls`);
      }
      return removed.length;
    },
    async takeUntold({ againAfterMs, limit }) {
      const rows = await carryOut(sql<JobTableRow>`
        update jobs set announced_at = ${now()}
        where id in (
          select id from jobs
          where (announced_at is null or announced_at <= ${fromNow(-againAfterMs)})
            and (state = 'queued' and ${isDue()} and ${HAS_ITS_TURN}
              or state = 'failed' and not dead_lettered and error_code <> 'CANCELLED'
                and finished_at > ${fromNow(-DEAD_LETTERED_WITHIN_MS)})
          order by announced_at nulls first, run_after, id limit ${limit} for update skip locked)
        returning ${COLUMNS}`);
      return rows.map(toJob);
    },
    async markDeadLettered(jobIds) {
      await carryOut(sql<never>`update jobs set dead_lettered = true where id = any(${[...jobIds]}::uuid[])`);
    },
  };
}

/** A queue of messages that is set up later need not hear of what failed long before. */
const DEAD_LETTERED_WITHIN_MS = 24 * 60 * 60_000;
/**
 * A lease further ahead is from before the clock was set back: whoever holds it renews it by today's.
 * Twice the longest that BIO_MCP_JOBS_LEASE_SECONDS allows, since workers on one database may have other
 * settings than ours.
 */
const FURTHEST_LEASE_MS = 2 * 3_600_000;
