-- When the database came from a back-up: such a log is not signed further until the operator has continued it. `restore`
-- makes the column itself, in its own transaction, where the back-up is older than this.
alter table custody_log add column if not exists restored_at timestamptz;
