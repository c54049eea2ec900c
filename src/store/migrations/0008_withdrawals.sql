--! compatible: the release before forgets such withdrawals, as it always did
-- PMIDs that a bulk file withdrew while the corpus held no document of them, with the rank of the newest
-- such file (as pubmed_archive.file_rank): a record that an older file brings later is archived and does
-- not become live.
create table withdrawals (
  pmid      text primary key,
  file_rank integer not null,
  -- Whether `state/` in the archive says what the row says.
  in_state  boolean not null default false
);
