--! compatible: the release before finds no list that is not whole, and a closed one is not
-- A list that is worked off stays for some days without its PMIDs: a run that worked off the same one learns
-- that nothing is left to do.
alter table sync_lists add column is_closed boolean not null default false;
