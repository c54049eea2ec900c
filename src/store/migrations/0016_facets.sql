--! compatible: the release before leaves the new columns null, and its commits are counted by their numbers
-- As of which sequence number live revisions are counted by language and type: as `live_counts` are kept, in
-- tables of their own, which the release before does not touch.
create table live_facets (
  only_row         boolean primary key default true,
  sequence         bigint not null,
  index_generation integer not null,
  constraint live_facets_has_one_row check (only_row)
);
-- How many live revisions are of each language and publication type; the name is empty for those
-- that tell none.
create table live_facet_counts (
  kind      text not null,
  name      text not null,
  documents bigint not null,
  primary key (kind, name),
  constraint live_facet_counts_kind_is_known check (kind in ('language', 'type'))
);
-- In one statement, which sees one moment: the release before may commit meanwhile.
with counted as (
  insert into live_facet_counts
    select facet, '', count(*) from revisions, (values ('language'), ('type')) as facets (facet)
    where left_sequence is null group by facet)
insert into live_facets (sequence, index_generation) select sequence, index_generation from corpus_state;
-- How many documents there were at the end of each day (UTC) that brought or took some. Days before this was
-- kept tell when what is there now was fetched first.
create table corpus_growth (
  day       date primary key,
  documents bigint not null
);
insert into corpus_growth
  select day, sum(count(*)) over (order by day)
  from (
    select (min(h.fetched_at) at time zone 'UTC')::date as day
    from pubmed_archive_history as h join revisions as r on r.pmid = h.pmid and r.left_sequence is null
    group by h.pmid) as first_fetched
  group by day;
-- What a revision is: its languages and its publication types, one a line; null where the record tells none,
-- or where it entered before this was kept. A reindex fills them in.
alter table revisions add column languages text;
alter table revisions add column publication_types text;
-- These come last, since whoever reads revisions waits from here to the end.
