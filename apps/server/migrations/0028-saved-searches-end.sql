-- When a saved search was last opened or saved: one that nobody uses ends.
alter table saved_search add column used_at timestamptz;
update saved_search set used_at = saved_at;
alter table saved_search alter column used_at set not null;
create index saved_search_unused on saved_search (used_at);
