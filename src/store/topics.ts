import { type Kysely, type RawBuilder, sql } from 'kysely';
import { LATEST_DAYS } from './corpus-growth.ts';
import { toInstantOrNull } from './instants.ts';
import type { Growth } from './port/corpus-facts.ts';
import type { Topic, Topics } from './port/topics.ts';
import type { Schema } from './schema.ts';

export function createTopics(kysely: Kysely<Schema>): Topics {
  return {
    async saveTopic({ term, at, warnings }) {
      await sql`
        insert into topics (term_hash, term, asked_at, warnings)
        values (${toHash(term)}, ${term}, ${at}, ${JSON.stringify(warnings)}::jsonb)
        on conflict (term_hash) do update set asked_at = excluded.asked_at, warnings = excluded.warnings`.execute(
        kysely,
      );
    },
    async listTopics({ emptySince }, { signal }) {
      const isTold = sql`w.complete_to is not null or t.records > 0 or t.asked_at > ${emptySince}::timestamptz`;
      const { rows } = await selectTopics(isTold).execute(kysely, { signal });
      return rows.map(toTopic);
    },
    async findTopic(term, { signal }) {
      const { rows } = await selectTopics(sql`coalesce(t.term, w.term) = ${term}`).execute(kysely, {
        signal,
      });
      return rows[0] === undefined ? null : toTopic(rows[0]);
    },
    async listTopicGrowth(term, { signal }) {
      const { rows } = await sql<Growth>`
        select day::text as day, records as documents
        from (
          select day, records, row_number() over (order by day desc) as age, lead(day) over (order by day) as next
          from topic_growth where term_hash = ${toHash(term)}) as days
        where age <= ${LATEST_DAYS}::int or date_trunc('month', next) > date_trunc('month', day)
        order by days.day`.execute(kysely, { signal });
      return rows;
    },
  };
}

/** Called where a topic was followed, inside that transaction: its records are counted once a run. */
export async function keepTopicSize(
  transaction: Kysely<Schema>,
  { term, at }: { term: string; at: string },
): Promise<void> {
  await sql`
    with followed as (
      insert into topics (term_hash, term, records)
      select ${toHash(term)}, ${term}, count(*) from query_pmids where term = ${term} and not owed
      on conflict (term_hash) do update set records = excluded.records
      returning term_hash, records)
    insert into topic_growth (term_hash, day, records)
    select term_hash, (${at}::timestamptz at time zone 'UTC')::date, records from followed
    on conflict (term_hash, day) do update set records = excluded.records`.execute(transaction);
}

/** For topics that the archive tells of and this database does not: after a rebuild in a new one. */
export const BEGIN_TOPICS = [
  `insert into topics (term_hash, term, records)
    select encode(sha256(convert_to(w.term, 'UTF8')), 'hex'), w.term,
      (select count(*) from query_pmids as q where q.term = w.term and not q.owed)
    from watermarks as w
    on conflict do nothing`,
  `insert into topic_growth (term_hash, day, records)
    select term_hash, day, sum(count(*)) over (partition by term_hash order by day)
    from (
      select t.term_hash, (min(h.fetched_at) at time zone 'UTC')::date as day
      from topics as t join query_pmids as q on q.term = t.term and not q.owed
        join pubmed_archive_history as h on h.pmid = q.pmid
      where not exists (select from topic_growth as g where g.term_hash = t.term_hash)
      group by t.term_hash, q.pmid) as first_fetched
    group by term_hash, day`,
];

function toHash(term: string): RawBuilder<string> {
  return sql<string>`encode(sha256(convert_to(${term}, 'UTF8')), 'hex')`;
}

interface TopicRow {
  term: string;
  complete_to: string | null;
  records: number | null;
  asked_at: Date | string | null;
  warnings: unknown;
}

function selectTopics(where: RawBuilder<unknown>): RawBuilder<TopicRow> {
  return sql<TopicRow>`
    select coalesce(t.term, w.term) as term, to_char(w.complete_to, 'YYYY-MM-DD') as complete_to, t.records,
      t.asked_at, t.warnings
    from topics as t full join watermarks as w on w.term = t.term
    where ${where} order by 1`;
}

/** `saveTopic` wrote the warnings. */
function toTopic({ term, complete_to, records, asked_at, warnings }: TopicRow): Topic {
  return {
    term,
    completeTo: complete_to,
    records,
    askedAt: toInstantOrNull(asked_at),
    warnings: (warnings ?? []) as string[],
  };
}
