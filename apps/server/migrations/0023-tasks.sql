-- Long work that people may watch: asked in the transaction of whoever needs it, done by a job. The row is the queue; a
-- job only says that there is something in it.
create table task (
  id text primary key,
  corps_id text not null references corps,
  kind text not null check (kind in ('proxy', 'pictures', 'clip')),
  recording_id text not null references recording,
  state text not null check (state in ('waiting', 'running', 'done', 'failed', 'cancelled')),
  -- Null: the product itself.
  asked_by text references person,
  -- What it needs to know, such as the reason of a clip. Kept while it may be tried again.
  input jsonb not null,
  starts integer not null default 0,
  percent real,
  remaining_ms bigint,
  problem text,
  made_recording_id text references recording,
  asked_at timestamptz not null,
  started_at timestamptz,
  ended_at timestamptz,
  -- By the clock of the database, for whoever watches.
  changed_at timestamptz not null default clock_timestamp()
);
create index task_open on task (kind, asked_at) where state in ('waiting', 'running');
create index task_of_corps on task (corps_id, asked_at desc);
create index task_of_recording on task (recording_id);
create index task_changed on task (changed_at);
-- What the product asks for by itself it asks once.
create unique index task_of_system on task (recording_id, kind)
  where asked_by is null and state in ('waiting', 'running');
call isolate_by_corps('task');

-- What opened an original opens a clip of it as well, and ends with what it was copied from.
alter table access_grant add column copy_of text references access_grant;
create index access_grant_copies on access_grant (copy_of) where copy_of is not null;
