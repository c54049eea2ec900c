-- Not compatible: commits of the release before would not keep `document_count`. How many documents are live,
-- kept with the sequence number: a checkpoint costs the same however large the corpus.
alter table corpus_state add column document_count bigint not null default 0;
update corpus_state set document_count = (select count(*) from revisions where left_sequence is null);

create index checkpoints_created on checkpoints (created_at, checkpoint_id);
create index checkpoints_parent on checkpoints (parent_checkpoint_id);

-- Whether `state/` in the archive says what the row says.
alter table loaded_files add column in_state boolean not null default false;
alter table quarantined_records add column in_state boolean not null default false;

-- Pointers whose file rank rose and nothing else, since `state/` was last written.
create table raised_file_ranks (
  pmid text primary key
);
