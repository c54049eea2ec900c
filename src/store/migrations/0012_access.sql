--! compatible: adds a table, and columns that may be null
-- The bearer tokens that were given out. What its holder sends is kept nowhere: a row is found by the
-- SHA-256 of it.
create table access_tokens (
  token_hash    text primary key,
  name          text not null,
  -- bio:read, bio:sync, bio:admin.
  scopes        text[] not null,
  created_at    timestamptz not null,
  -- null: never.
  expires_at    timestamptz,
  revoked_at    timestamptz,
  last_used_on  date,
  constraint access_tokens_hash_is_sha256 check (token_hash ~ '^[0-9a-f]{64}$'),
  constraint access_tokens_have_scopes check (cardinality(scopes) > 0)
);
-- A name may be given again once its token is revoked.
create unique index access_tokens_one_live_of_a_name on access_tokens (name) where revoked_at is null;

-- Who posted a job (a token's name or an issuer's subject) and how far he might go then; null:
-- the operator did.
alter table jobs
  add column created_by     text,
  add column created_scope  text;
