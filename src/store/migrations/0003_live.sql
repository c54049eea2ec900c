--! compatible: adds tables alone
-- When the next request to NCBI may start: one row for each API key (told by its hash) or for the
-- address without one.
create table ncbi_budget (
  budget_key     text primary key,
  next_start_at  timestamptz not null default 'epoch',
  cooldown_until timestamptz not null default 'epoch'
);

-- Each query that was ever synced, and how far it was followed: every record that NCBI dated up to
-- `complete_to` is archived and indexed; null before its first complete run. `in_state`: whether `state/` in
-- the archive says what the row says, and `list_in_state` whether it says what the query's list says.
create table watermarks (
  term          text primary key,
  complete_to   date,
  updated_at    timestamptz not null,
  run_id        uuid,
  in_state      boolean not null default true,
  list_in_state boolean not null default true
);

-- What a query brought when it was last followed: what it no longer brings is asked for by name. `owed`: NCBI
-- listed the record and did not deliver it, so that the next run asks for it again.
create table query_pmids (
  term text not null,
  pmid text not null,
  owed boolean not null default false,
  primary key (term, pmid)
);

-- What a sync works off, kept before the first record is fetched; `request` is what was asked, so that the
-- same command finds it again after a crash. It goes when its run is complete.
create table sync_lists (
  list_id     uuid primary key,
  request     text not null,
  window_from date,
  window_to   date not null,
  listed_at   timestamptz not null,
  touched_at  timestamptz not null,
  is_whole    boolean not null default false,
  truncated   boolean not null default false
);
create index sync_lists_request on sync_lists (request);
-- The PMIDs of each list, and what came of them.
create table sync_list_pmids (
  list_id uuid not null references sync_lists on delete cascade,
  pmid    text not null,
  done    boolean not null default false,
  owed    boolean not null default false,
  primary key (list_id, pmid)
);

-- A checkpoint is one sequence number: its members are the revisions that were live at it.
create table checkpoints (
  checkpoint_id        uuid primary key,
  name                 text not null,
  description          text,
  primary_queries      jsonb not null,
  parent_checkpoint_id uuid references checkpoints,
  sequence             bigint not null,
  document_count       bigint not null,
  created_at           timestamptz not null
);
