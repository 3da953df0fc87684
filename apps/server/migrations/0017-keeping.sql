-- An adoption may move the days of recordings that are there already, where that is earlier.
alter table corps_law add column also_existing boolean not null default false;
-- Null: not gone over all recordings yet.
alter table corps_law add column existing_done_at timestamptz;

-- What a hold may be for is the law's to say.
alter table hold drop constraint hold_kind_check;

-- A court's order to erase a recording before its day. It stays, as the reason of an erasure.
create table erasure_order (
  recording_id text primary key references recording,
  corps_id text not null references corps,
  approval_id text not null,
  number text not null,
  court text not null,
  decided_on date not null,
  document_sha256 bytea not null,
  ordered_at timestamptz not null,
  asked_by text not null references person,
  approved_by text not null references person
);
call isolate_by_corps('erasure_order');

-- What somebody is told beforehand: once for each recording, day and distance.
create table notice (
  id bigint generated always as identity primary key,
  corps_id text not null references corps,
  person_id text not null references person,
  recording_id text not null references recording,
  kind text not null check (kind in ('erasure-within-7-days', 'erasure-within-1-day')),
  due_on date not null,
  made_at timestamptz not null,
  seen_at timestamptz,
  unique (person_id, recording_id, kind, due_on)
);
create index notice_recording on notice (recording_id);
call isolate_by_corps('notice');

-- Which recordings go on a day.
create index recording_due_on on recording (corps_id, due_on, id) where state in ('stored', 'viewable') and not is_held;
