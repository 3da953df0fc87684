-- What opens a recording beyond the plain rules: somebody's own file, a prosecutor's decision, danger to life.
create table access_grant (
  id text primary key,
  corps_id text not null references corps,
  recording_id text not null references recording,
  kind text not null check (kind in ('assignment', 'mandate', 'emergency')),
  -- Whom it opens it to; a decision opens it to whoever may use a purpose that decisions open.
  person_id text references person,
  purpose_id text,
  -- Number of the file, decision or incident.
  reference text,
  from_at timestamptz not null,
  until_at timestamptz not null,
  -- Withdrawn before its time.
  ended_at timestamptz,
  made_at timestamptz not null,
  made_by text not null references person,
  details jsonb not null default '{}',
  check (kind = 'mandate' or person_id is not null),
  check (kind <> 'assignment' or purpose_id is not null),
  check (from_at < until_at)
);
create index access_grant_recording on access_grant (recording_id);
create index access_grant_person on access_grant (person_id) where ended_at is null;
create index access_grant_kind on access_grant (corps_id, kind, until_at) where ended_at is null;
call isolate_by_corps('access_grant');

-- A viewing ends by hand, when nothing was asked of it for a while, or after an hour. When it was last used is written
-- back now and then; the process knows it to the second.
alter table viewing add column last_used_at timestamptz;
update viewing set last_used_at = started_at;
alter table viewing alter column last_used_at set not null;
alter table viewing add column idle_minutes integer not null default 60;
alter table viewing alter column idle_minutes drop default;
alter table viewing add column ended_at timestamptz;
alter table viewing add column ended_because text check (ended_because in ('by-hand', 'idle', 'hour-over'));
alter table viewing add check ((ended_at is null) = (ended_because is null));
-- Whether the reason says something; null for viewings from before it was asked.
alter table viewing add column reason_judged text check (reason_judged in ('words', 'empty', 'copied'));
update viewing set ended_at = expires_at, ended_because = 'hour-over';
create index viewing_running on viewing (started_at) where ended_at is null;
create index viewing_person on viewing (person_id, started_at desc);
create index viewing_recording on viewing (recording_id, started_at desc);

-- Which laws the recordings of a corps keep, without a look at each.
create index recording_law on recording (corps_id, law);
