--! compatible: adds two tables; what the release before commits is counted by its sequence number
-- How many live revisions there were as of a sequence number, and what they held: counting all takes a second
-- at 300,000. What came since is counted with each question, and folded in by every tenth commit. They count
-- for nothing under another generation of the index.
create table live_counts (
  only_row         boolean primary key default true,
  sequence         bigint not null,
  index_generation integer not null,
  documents        bigint not null,
  chunks           bigint not null,
  retracted        bigint not null,
  constraint live_counts_has_one_row check (only_row)
);
-- The same by year of publication and by journal. A row may tell of none.
create table live_group_counts (
  kind      text not null,
  name      text not null,
  documents bigint not null,
  primary key (kind, name),
  constraint live_group_counts_kind_is_known check (kind in ('year', 'journal'))
);
-- In one statement, which sees one moment: the release before may commit meanwhile.
with years as (
  insert into live_group_counts
    select 'year', year::text, count(*) from revisions where left_sequence is null and year is not null group by year),
journals as (
  insert into live_group_counts
    select 'journal', journal, count(*) from revisions where left_sequence is null and journal is not null
    group by journal)
insert into live_counts (sequence, index_generation, documents, chunks, retracted)
  select s.sequence, s.index_generation, count(r.pmid), coalesce(sum(r.chunk_count), 0),
    count(*) filter (where r.retraction_status = 'retracted')
  from corpus_state as s left join revisions as r on r.left_sequence is null
  group by s.sequence, s.index_generation;
