-- Objects in a store of their own, drafts in a staging folder until they are complete.
alter table vault_unclaimed drop constraint vault_unclaimed_kind_check;
alter table vault_unclaimed add constraint vault_unclaimed_kind_check
  check (kind in ('object', 'staged', 'draft-key', 'bucket-key'));

-- A second store may have every object too.
alter table vault_unclaimed drop constraint vault_unclaimed_kind_check;
alter table vault_unclaimed add constraint vault_unclaimed_kind_check
  check (kind in ('object', 'copy', 'staged', 'draft-key', 'bucket-key'));

-- When the bytes of an object were last read and found right; null until the first time.
alter table vault_object add column checked_at timestamptz;
create index vault_object_oldest_check on vault_object (checked_at nulls first, object_key);

-- What another store than the first has too, by its address. Rows of objects that are gone are swept.
create table vault_copy (
  object_key text not null,
  store text not null,
  checked_at timestamptz,
  primary key (object_key, store)
);
create index vault_copy_oldest_check on vault_copy (store, checked_at nulls first, object_key);

-- An object that is missing or has other bytes than it should, from when it was found until it was right again or gone.
create table vault_alarm (
  id bigint generated always as identity primary key,
  corps_id text not null references corps,
  recording_id text not null references recording,
  kind text not null,
  object_key text not null,
  place text not null check (place in ('first', 'second')),
  what text not null check (what in ('missing', 'truncated', 'altered')),
  found_at timestamptz not null,
  ended_at timestamptz,
  ended_by text check (ended_by in ('restored', 'gone'))
);
create unique index vault_alarm_open on vault_alarm (object_key, place) where ended_at is null;
create index vault_alarm_recording on vault_alarm (recording_id) where ended_at is null;
create index vault_alarm_corps on vault_alarm (corps_id, found_at desc);

-- Objects of erased recordings that a store still has, behind a lock or because it did not answer.
create table vault_removal (
  store text not null,
  object_key text not null,
  asked_at timestamptz not null,
  tried_at timestamptz,
  primary key (store, object_key)
);
