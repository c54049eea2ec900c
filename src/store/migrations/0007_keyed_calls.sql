--! compatible: adds a table alone
-- Calls of writing tools that were answered in the call, under the key that their caller gave. A row is
-- either a call that runs (result is null) or the answer that the same call is given again; past expires_at
-- it is neither.
create table keyed_calls (
  tool             text not null,
  idempotency_key  text not null,
  -- SHA-256 of the parameters' RFC 8785 form, after validation.
  params_hash      text not null,
  -- Of the one call that may answer for the row.
  call_id          uuid not null,
  trace_id         text,
  -- json keeps the answer as it was written.
  result           json,
  created_at       timestamptz not null,
  expires_at       timestamptz not null,
  primary key (tool, idempotency_key)
);

create index keyed_calls_by_expiry on keyed_calls (expires_at);
