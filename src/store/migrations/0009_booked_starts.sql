--! compatible: adds a column with a default
-- When the last start was booked, by the database's clock: where that lies ahead, the clock was
-- set back since.
alter table ncbi_budget add column booked_at timestamptz not null default clock_timestamp();
