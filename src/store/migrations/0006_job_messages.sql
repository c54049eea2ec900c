--! compatible: adds columns with defaults and an index
-- For a queue of messages beside the table: when somebody last took it upon himself to tell of the state that
-- the row is in now (queued, or failed for good), and whether the dead-letter queue is known to have the job.
alter table jobs
  add column announced_at   timestamptz,
  add column dead_lettered  boolean not null default false;
-- What failed before is no news.
update jobs set dead_lettered = true where state = 'failed';
create index jobs_failed_untold on jobs (finished_at) where state = 'failed' and not dead_lettered;
