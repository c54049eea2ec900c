--! compatible: the release before neither reads nor fills these columns
-- Tells without downloading whether a file of NLM's folders was loaded: they give the md5 of each beside it.
alter table loaded_files add column md5 text;

-- The newest bulk file (two-digit year × 100,000 + number) that told of this PMID, be it that nothing changed
-- or that NLM withdrew it: what an older file says of it is history.
alter table pubmed_archive add column file_rank integer;
