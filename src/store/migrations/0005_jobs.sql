--! compatible: adds a table alone
-- The record of every job. A notification or a queue's message only points here: state, progress and lease
-- live in this row.
create table jobs (
  id                   uuid primary key,
  tool                 text not null,
  params               jsonb not null,
  -- SHA-256 of the parameters' RFC 8785 form, after validation.
  params_hash          text not null,
  idempotency_key      text,
  parent_job_id        uuid references jobs,
  -- A part that is not claimed before the parts with lower ids have ended.
  in_turn              boolean not null default false,
  trace_id             text,
  -- What a call over HTTP may name of the disk and the network is bounded, and so is its job.
  surface              text not null default 'http',
  state                text not null default 'queued',
  attempt              integer not null default 0,
  -- Not before this instant: a failed attempt is repeated after a pause.
  run_after            timestamptz not null,
  -- Only who holds the lease writes to a running job; a parent of several jobs runs without one.
  lease_id             uuid,
  lease_expires_at     timestamptz,
  waits_for_children   boolean not null default false,
  progress             jsonb,
  -- The highest percentage that any attempt told, and whether the current attempt raised it.
  furthest_pct         double precision not null default 0,
  got_further          boolean not null default false,
  result_ref           text,
  -- json keeps the answer as it was written.
  result               json,
  error_code           text,
  error                text,
  created_at           timestamptz not null,
  started_at           timestamptz,
  finished_at          timestamptz,
  updated_at           timestamptz not null,
  constraint jobs_state_is_known check (state in ('queued', 'running', 'succeeded', 'failed')),
  constraint jobs_running_iff_leased_or_waiting
    check ((state = 'running') = (lease_id is not null or waits_for_children)),
  constraint jobs_leased_until_an_instant check ((lease_id is null) = (lease_expires_at is null)),
  constraint jobs_never_both_leased_and_waiting check (lease_id is null or not waits_for_children),
  constraint jobs_failed_iff_error check ((state = 'failed') = (error_code is not null and error is not null)),
  constraint jobs_finished_iff_ended
    check ((state in ('succeeded', 'failed')) = (finished_at is not null)),
  constraint jobs_attempt_is_counted check (attempt >= 0)
);
-- A key stands for one job for ever; without a key only a live job stands in the way of its twin.
create unique index jobs_one_for_each_key on jobs (tool, idempotency_key) where idempotency_key is not null;
create unique index jobs_one_live_without_key on jobs (tool, params_hash)
  where idempotency_key is null and state in ('queued', 'running');
create index jobs_queued on jobs (run_after, id) where state = 'queued';
create index jobs_leased on jobs (lease_expires_at) where state = 'running';
create index jobs_newest on jobs (created_at desc, id desc);
create index jobs_parts on jobs (parent_job_id) where parent_job_id is not null;
create index jobs_parts_to_do on jobs (parent_job_id, id)
  where parent_job_id is not null and state in ('queued', 'running');
