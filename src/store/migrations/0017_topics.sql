--! compatible: adds two tables; a topic that the release before follows has no size of those days
-- Each query that a sync ever asked NCBI for, told by the SHA-256 of its term: a term may be longer than what
-- an index takes.
create table topics (
  term_hash text primary key,
  term      text not null,
  -- When NCBI was asked last, and what it did with the query that nobody may have meant; null: before that
  -- was kept.
  asked_at  timestamptz,
  warnings  jsonb not null default '[]',
  -- Records that the query had brought when it was followed last; null: it never was.
  records   bigint
);
-- The same number at the end of each day (UTC) on which it was followed. Days before this was kept tell when
-- what the query brings now was fetched first.
create table topic_growth (
  term_hash text not null,
  day       date not null,
  records   bigint not null,
  primary key (term_hash, day)
);
insert into topics (term_hash, term, records)
  select encode(sha256(convert_to(w.term, 'UTF8')), 'hex'), w.term,
    (select count(*) from query_pmids as q where q.term = w.term and not q.owed)
  from watermarks as w;
insert into topic_growth (term_hash, day, records)
  select term_hash, day, sum(count(*)) over (partition by term_hash order by day)
  from (
    select t.term_hash, (min(h.fetched_at) at time zone 'UTC')::date as day
    from topics as t join query_pmids as q on q.term = t.term and not q.owed
      join pubmed_archive_history as h on h.pmid = q.pmid
    group by t.term_hash, q.pmid) as first_fetched
  group by term_hash, day;
