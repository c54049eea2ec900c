import { type RawBuilder, sql } from 'kysely';

/** Parents at once: one of a baseline has 1,334 parts, so that a statement stays below 30,000 rows. */
const MOST_ENDED = 20;
/** Of rows that nobody asks for any more. */
const MOST_EXPIRED = 1_000;

/**
 * Removes jobs that ended before `before`, the oldest first, each together with its parts: none while one of
 * them waits, runs or has ended since. Two processes that do so at once take different ones.
 */
export function toEndedJobsRemoval(before: RawBuilder<unknown>): RawBuilder<{ id: string }> {
  return sql<{ id: string }>`
    with old as (
      select id from jobs as ended
      where parent_job_id is null and finished_at <= ${before}
        and not exists (
          select from jobs as part
          where part.parent_job_id = ended.id and (part.finished_at is null or part.finished_at > ${before}))
      order by finished_at limit ${MOST_ENDED} for update skip locked)
    delete from jobs
    where id in (select id from old union all select jobs.id from jobs join old on jobs.parent_job_id = old.id)
    returning id`;
}

/** Removes answers of keyed calls that are past their time, those of one key aside. */
export function toExpiredCallsRemoval({
  now,
  besides,
}: {
  now: RawBuilder<unknown>;
  besides: { tool: string; idempotencyKey: string } | null;
}): RawBuilder<{ call_id: string }> {
  const isOther =
    besides === null
      ? sql`true`
      : sql`not (tool = ${besides.tool} and idempotency_key = ${besides.idempotencyKey})`;
  return sql<{ call_id: string }>`
    delete from keyed_calls where (tool, idempotency_key) in (
      select tool, idempotency_key from keyed_calls where expires_at <= ${now} and ${isOther}
      order by expires_at limit ${MOST_EXPIRED} for update skip locked)
    returning call_id`;
}
