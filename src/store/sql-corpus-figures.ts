import { type RawBuilder, sql } from 'kysely';
import { NEVER } from '../domain/call-options.ts';
import { untilAborted } from '../domain/concurrency/until-aborted.ts';
import type { CorpusFigures, JobFigure } from './corpus-figures.ts';
import type { Database } from './database/database.ts';
import { toDatabaseError } from './database/report-database-errors.ts';
import { readTotals } from './kept-counts.ts';

const MOST_SYNCS = 50;
/** Of a term: a label of a metric is kept in memory by all who read it. */
const MOST_TERM_CHARACTERS = 100;

/** Statements one after the other, so that a scrape takes one connection. */
export function createSqlCorpusFigures({
  database: { kysely },
}: {
  database: Pick<Database, 'kysely'>;
}): CorpusFigures {
  const read = async <Row>(query: RawBuilder<Row>): Promise<Row[]> => (await query.execute(kysely)).rows;

  async function readAll() {
    const jobs = await read(JOBS);
    const syncs = await read(SYNCS);
    const [counts] = await read(COUNTS);
    if (counts === undefined) throw new Error('a count came without a row');
    const { queue_oldest_age: queueOldestAgeSeconds, quarantined } = counts;
    const { documents, chunks } = await readTotals(kysely, NEVER);
    return { jobs, syncs, queueOldestAgeSeconds, quarantined, documents, chunks };
  }

  return {
    async read({ signal }) {
      signal.throwIfAborted();
      try {
        return await untilAborted(readAll(), signal);
      } catch (error) {
        throw signal.aborted ? error : toDatabaseError(error);
      }
    },
  };
}

const JOBS = sql<JobFigure>`
  select tool, state, count(*)::int as jobs,
    coalesce(min(coalesce((progress->>'pct')::float8, 0)), 0) as "leastPct"
  from jobs where state in ('queued', 'running') group by tool, state`;

/** Thousands of runs ask some hundred terms: white space is looked for in each of these once. */
const SYNCS = sql<{ term: string; succeededAtSeconds: number }>`
  select left(regexp_replace(btrim(asked), '\\s+', ' ', 'g'), ${MOST_TERM_CHARACTERS}::int) as term,
    extract(epoch from max(last))::float8 as "succeededAtSeconds"
  from (
    select params->>'term' as asked, max(finished_at) as last from runs
    where state = 'succeeded' and tool in ('pubmed.sync', 'pubmed.sync.incremental')
      and params->>'term' is not null
    group by 1) as each_term
  group by 1 order by 2 desc limit ${MOST_SYNCS}::int`;

/** A part that waits for its turn is not late, nor is a job before its next attempt. */
const COUNTS = sql<{ quarantined: number; queue_oldest_age: number }>`
  select (select count(*)::int from quarantined_records) as quarantined,
    (select coalesce(greatest(extract(epoch from statement_timestamp() - min(run_after)), 0), 0)::float8
      from jobs where state = 'queued' and (not in_turn or not exists (
        select from jobs as earlier where earlier.parent_job_id = jobs.parent_job_id and earlier.id < jobs.id
          and earlier.state in ('queued', 'running')))) as queue_oldest_age`;
