--! compatible: adds tables alone
-- When the next request to NCBI may start: one row for each API key (told by its hash) or for the address without one.
create table ncbi_budget (
  budget_key     text primary key,
  next_start_at  timestamptz not null default 'epoch',
  cooldown_until timestamptz not null default 'epoch'
);

-- How far each query was followed: every window up to `complete_to` is archived and indexed.
create table watermarks (
  term        text primary key,
  complete_to date not null,
  updated_at  timestamptz not null,
  run_id      uuid
);

-- What a query brought when it was last complete: what it no longer brings is asked for by name.
create table query_pmids (
  term text not null,
  pmid text not null,
  primary key (term, pmid)
);

-- The list that a sync works off, kept before the first record is fetched.
create table run_pmids (
  run_id uuid not null,
  pmid   text not null,
  done   boolean not null default false,
  primary key (run_id, pmid)
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
