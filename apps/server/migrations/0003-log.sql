-- A log that can be continued: after a lawful restore a corps begins another log of the same year, and the one before
-- is closed, its origin untouched.
alter table custody_log drop constraint custody_log_corps_id_year_key;
alter table custody_log add column continues text references custody_log;
-- Nothing is appended from this moment on.
alter table custody_log add column closed_at timestamptz;
-- Size of the head known to be kept outside the database; null until one was seen there.
alter table custody_log add column kept_size bigint;
create unique index custody_log_open on custody_log (corps_id, year) where closed_at is null;

-- Every act inserts an entry. A reference would lock the row of the log and of the corps each time, for all acts at once
-- and against the sequencer; fsck looks for entries that belong to no log. Nothing looks an entry up by its id.
alter table custody_entry drop constraint custody_entry_log_id_fkey;
alter table custody_entry drop constraint custody_entry_corps_id_fkey;
alter table custody_entry drop constraint custody_entry_id_key;
alter table custody_entry drop constraint custody_entry_log_id_log_index_key;
create unique index custody_entry_place on custody_entry (log_id, log_index) where log_index is not null;
drop index custody_entry_recording;
create index custody_entry_recording on custody_entry (recording_id, serial) where recording_id is not null;
