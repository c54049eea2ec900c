--! compatible: adds an index alone
-- What ended longest ago, and is no part of another job, is removed first.
create index jobs_ended on jobs (finished_at) where parent_job_id is null and finished_at is not null;
