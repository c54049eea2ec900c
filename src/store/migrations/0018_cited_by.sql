--! compatible: adds a table, and a column that the release before leaves null
-- Which record cites which, by the PMIDs of reference lists, of every revision: one row for each number and
-- bucket, the cited PMID modulo 256. So a commit writes at most 256 rows, and a question reads one part in 256.
create table cited_by (
  bucket   integer not null,
  -- The revisions of the citing PMIDs that entered with it: they tell whether the pairs count.
  sequence bigint not null,
  cited    integer[] not null,
  -- As many, in the same order.
  citing   integer[] not null,
  primary key (bucket, sequence)
);
-- How many PMIDs its references name; null where it entered before this was kept. A reindex fills it in.
alter table revisions add column cited_count integer;
create index revisions_without_cited on revisions (entered_sequence) where cited_count is null;
-- These come last, since whoever reads revisions waits from here to the end.
