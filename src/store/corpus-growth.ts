import { type Kysely, sql } from 'kysely';
import type { CallOptions } from '../domain/call-options.ts';
import type { Growth } from './port/corpus-facts.ts';
import type { Schema } from './schema.ts';

/** So many days are told one by one; of the months before, the last day of each. */
export const LATEST_DAYS = 31;

/**
 * Called by each commit that changes documents, inside its transaction and once `corpus_state` counts them.
 */
export async function keepGrowth(transaction: Kysely<Schema>, at: string): Promise<void> {
  await sql`
    insert into corpus_growth (day, documents)
    select (${at}::timestamptz at time zone 'UTC')::date, document_count from corpus_state
    on conflict (day) do update set documents = excluded.documents`.execute(transaction);
}

/** The oldest day first. */
export async function listGrowth(kysely: Kysely<Schema>, { signal }: CallOptions): Promise<Growth[]> {
  const { rows } = await sql<Growth>`
    select day::text as day, documents
    from (
      select day, documents, row_number() over (order by day desc) as age, lead(day) over (order by day) as next
      from corpus_growth) as days
    where age <= ${LATEST_DAYS}::int or date_trunc('month', next) > date_trunc('month', day)
    order by days.day`.execute(kysely, { signal });
  return rows;
}

/**
 * Where no day is known, as in a database that was made anew from the archive: when what is there now was
 * fetched first.
 */
export const BEGIN_GROWTH = `
  insert into corpus_growth (day, documents)
  select day, sum(count(*)) over (order by day)
  from (
    select (min(h.fetched_at) at time zone 'UTC')::date as day
    from pubmed_archive_history as h join revisions as r on r.pmid = h.pmid and r.left_sequence is null
    group by h.pmid) as first_fetched
  where not exists (select from corpus_growth)
  group by day`;
