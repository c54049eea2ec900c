--! compatible: the release before reads and writes rows without the column, whose default tells of its index
-- Who made the words of the index that is searched: 1 is the analyzer of the releases that kept no number.
alter table corpus_state add column index_analyzer integer not null default 1;
