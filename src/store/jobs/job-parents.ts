import { type RawBuilder, sql } from 'kysely';

/** What a run counts; a parent's counts are those of its parts together. */
const COUNTS = ['found', 'fetched', 'archived', 'skipped', 'indexed', 'failed'];

export interface ParentUpdate {
  /** Ids of parents; `ended`: each whose parts have all ended. */
  which: ReadonlySet<string> | 'ended';
  now: RawBuilder<unknown>;
}

/**
 * Updates waiting parents, without `returning`: each adds up what its parts told, and ends once they have all
 * ended, failed where one of them did. It is its own statement after the one that changed a part: of two
 * parts that end at one moment, the later commit sees both.
 */
export function toParentUpdate({ which, now }: ParentUpdate): RawBuilder<unknown> {
  const isMeant = which === 'ended' ? sql`true` : sql`waiting.id = any(${[...which]}::uuid[])`;
  const counts = sql.join(COUNTS.map((name) => sql`${name}::text, ${sumOf(name)}`));
  return sql`
    update jobs set
      progress = parts.progress,
      state = case when not parts.ended then 'running' when parts.failed > 0 then 'failed' else 'succeeded' end,
      waits_for_children = not parts.ended,
      error_code = case when parts.ended then parts.error_code end,
      error = case when parts.ended and parts.failed > 0
        then parts.failed || ' of ' || parts.total || ' parts failed; the first: ' || parts.error end,
      result = case when parts.ended then parts.result end,
      result_ref = case when parts.ended then '/v1/jobs/' || id || '/result' end,
      finished_at = case when parts.ended then ${now} end,
      updated_at = ${now}
    from (
      select parent_job_id as parent_id,
        count(*) as total,
        count(*) filter (where state = 'failed') as failed,
        bool_and(state in ('succeeded', 'failed')) as ended,
        (array_agg(error_code order by finished_at, id) filter (where state = 'failed'))[1] as error_code,
        (array_agg(error order by finished_at, id) filter (where state = 'failed'))[1] as error,
        json_build_object('parts', json_agg(json_build_object(
          'job_id', id, 'state', state, 'result_ref', result_ref) order by id)) as result,
        jsonb_build_object(${counts},
          'pct', round(avg(case when state = 'succeeded' then 100
            else coalesce((progress->>'pct')::numeric, 0) end), 1),
          'message', count(*) filter (where state in ('succeeded', 'failed')) || ' of ' || count(*)
            || ' parts are done') as progress
      from jobs
      where parent_job_id in (
        select waiting.id from jobs as waiting
        where waiting.state = 'running' and waiting.waits_for_children and ${isMeant})
      group by parent_job_id
    ) as parts
    where parts.parent_id = jobs.id and jobs.waits_for_children
      and ${which === 'ended' ? sql`parts.ended` : sql`true`}`;
}

function sumOf(name: string): RawBuilder<unknown> {
  return sql`coalesce(sum((progress->>${name}::text)::numeric), 0)`;
}
