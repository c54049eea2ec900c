--! compatible: nothing runs before it
-- Where the current raw record of each PMID lies. The bytes themselves are in the archive.
create table pubmed_archive (
  pmid         text primary key,
  s3_uri       text not null,
  content_hash text not null,
  fetched_at   timestamptz not null,
  api_etag     text,
  updated_at   timestamptz not null default now(),
  -- NLM's PMID Version of the current record: a lower one that comes later goes to the history alone.
  version      integer not null default 1
);

-- Every payload that was ever archived; each row leads to its own bytes, the current ones included.
create table pubmed_archive_history (
  pmid         text not null,
  content_hash text not null,
  s3_uri       text not null,
  fetched_at   timestamptz not null,
  version      integer not null default 1,
  sequence     bigint not null,
  primary key (pmid, content_hash)
);
create index pubmed_archive_history_sequence on pubmed_archive_history (sequence);

-- Each new normalised content of a PMID. A revision is a member of the corpus from `entered_sequence` until
-- `left_sequence`; the live one has none. `document` is the citation as JSON, zstd-compressed: as jsonb the
-- same load takes four to six times the CPU.
create table revisions (
  pmid              text not null,
  revision          integer not null,
  version           integer not null,
  document_hash     text not null,
  content_hash      text not null,
  kind              text not null,
  year              integer,
  journal           text,
  retraction_status text not null,
  chunk_count       integer not null,
  entered_sequence  bigint not null,
  left_sequence     bigint,
  document          bytea not null,
  primary key (pmid, revision),
  constraint revisions_leave_after_they_enter check (left_sequence > entered_sequence)
);
alter table revisions alter column document set storage external;
create unique index revisions_one_live_a_pmid on revisions (pmid) where left_sequence is null;
create index revisions_entered on revisions (entered_sequence);
create index revisions_left on revisions (left_sequence) where left_sequence is not null;

-- PMIDs that NLM withdrew: the document leaves search, its archive and its revisions stay.
create table tombstones (
  pmid        text primary key,
  reason      text not null,
  merged_into text,
  deleted_at  timestamptz not null,
  sequence    bigint not null,
  constraint tombstones_reason_is_known check (reason in ('deleted', 'merged'))
);

-- Records that were archived but could not be read: their neighbours went on. A reindex tries them again.
create table quarantined_records (
  content_hash   text primary key,
  pmid           text,
  reason         text not null,
  s3_uri         text not null,
  source         text not null,
  quarantined_at timestamptz not null
);

-- How far each bulk file was loaded, told by the file's own SHA-256: an item below `items_done` that comes
-- again is a replay and says nothing new, even where its content is no longer the current one.
create table loaded_files (
  file_hash   text primary key,
  name        text not null,
  items_done  bigint not null default 0,
  finished_at timestamptz
);

-- Batches whose archive objects may exist without rows: written before the first object, removed
-- with the commit.
create table pending_batches (
  batch_id   uuid primary key,
  pmids      text[] not null,
  started_at timestamptz not null default now()
);

-- What was asked of the pipeline, and what came of it.
create table runs (
  run_id      uuid primary key,
  tool        text not null,
  params      jsonb not null,
  state       text not null default 'running',
  progress    jsonb not null default '{}',
  manifest    text,
  started_at  timestamptz not null,
  finished_at timestamptz,
  constraint runs_state_is_known check (state in ('running', 'succeeded', 'failed'))
);

-- One row: the last sequence number that was given, how far `state/` in the archive follows it, and who
-- made the vectors.
create table corpus_state (
  only_row       boolean primary key default true,
  sequence       bigint not null default 0,
  state_sequence bigint not null default 0,
  embedder_id    text,
  dimensions     integer,
  -- What the addresses of the archive begin with: told apart from where it is now, when a data
  -- folder was moved.
  archive_root   text,
  -- Each rebuild of the index makes the next one beside it, and this number says which one is searched.
  index_generation integer not null default 1,
  constraint corpus_state_has_one_row check (only_row)
);
insert into corpus_state default values;
