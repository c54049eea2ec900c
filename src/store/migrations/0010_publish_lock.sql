--! compatible: adds two tables; the release before takes the same advisory lock, and leaves them as they are
-- Who has, or last had, the publish lock on a shared server. The advisory lock keeps others out; this row
-- tells whether its holder still lives. Each taking of the lock is an epoch of its own, and what a holder
-- writes counts in its own epoch only.
create table publish_lock (
  only_row    boolean primary key default true,
  epoch       bigint not null default 0,
  backend_pid integer not null default 0,
  -- The process, for whoever waits for it.
  host        text not null default '',
  pid         integer not null default 0,
  command     text not null default '',
  taken_at    timestamptz not null default now(),
  beat_at     timestamptz not null default now(),
  -- `null`: it is held, or its holder died, was cut off, or was put out.
  given_back_at timestamptz default now(),
  -- Whether the number that an earlier holder may have left in the index is known to be lost.
  is_settled  boolean not null default true,
  constraint publish_lock_has_one_row check (only_row)
);
insert into publish_lock default values;
-- Sequence numbers that a holder may have been writing to the index when it lost the lock: never given again,
-- so that what of it arrives late bears a number that counts for nothing.
create table lost_sequences (
  sequence bigint primary key,
  lost_at  timestamptz not null default clock_timestamp()
);
