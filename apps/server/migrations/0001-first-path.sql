-- The first complete path of a recording. Every table but the schema's own belongs to a corps.
-- Columns ending in _at are instants, in _on calendar days of the corps; ids carry their kind as prefix.

create table corps (
  id text primary key,
  name text not null,
  law_pack_id text not null,
  time_zone text not null,
  created_at timestamptz not null
);

create table setup_link (
  token_sha256 bytea primary key,
  made_at timestamptz not null,
  spent_at timestamptz
);

create table person (
  id text primary key,
  corps_id text not null references corps,
  name text not null,
  login text not null unique,
  role text not null,
  password_hash text not null,
  must_change_password boolean not null,
  created_at timestamptz not null
);

create table person_session (
  token_sha256 bytea primary key,
  id text not null unique,
  person_id text not null references person,
  created_at timestamptz not null,
  last_seen_at timestamptz not null,
  expires_at timestamptz not null
);
create index person_session_person on person_session (person_id);

create table sign_in_failure (
  login text not null,
  at timestamptz not null
);
create index sign_in_failure_login on sign_in_failure (login, at);

create table camera (
  id text primary key,
  corps_id text not null references corps,
  label text not null,
  serial text not null,
  created_at timestamptz not null,
  unique (corps_id, serial)
);

-- Who carried which camera and when. The open one (until_at null) is the wearer of today.
create table camera_assignment (
  camera_id text not null references camera,
  wearer_id text not null references person,
  from_at timestamptz not null,
  until_at timestamptz,
  primary key (camera_id, from_at)
);

create table dock (
  id text primary key,
  corps_id text not null references corps,
  label text not null,
  token_sha256 bytea not null unique,
  created_at timestamptz not null,
  last_seen_at timestamptz,
  removed_at timestamptz
);

create table recording (
  id text primary key,
  corps_id text not null references corps,
  state text not null check (state in ('stored', 'viewable', 'erasing', 'erased')),
  camera_id text not null references camera,
  wearer_id text references person,
  recorded_at timestamptz not null,
  recorded_at_from text not null check (recorded_at_from in ('file', 'receipt')),
  received_at timestamptz not null,
  size_bytes bigint not null,
  sha256 bytea not null,
  payload_sha256 bytea not null,
  original_name text not null,
  law_pack_id text not null,
  -- Told by retention.
  due_at timestamptz not null,
  due_on date not null,
  is_held boolean not null default false,
  erased_at timestamptz,
  -- Told by media; facts is null until probed.
  facts jsonb,
  duration_ms double precision,
  damage text not null default 'none' check (damage in ('none', 'no-index', 'truncated', 'unreadable')),
  playable boolean,
  has_storyboard boolean not null default false,
  -- Told by deployments.
  activation text not null check (activation in ('warned', 'exception', 'missing', 'not-asked')),
  unique (corps_id, sha256)
);
create index recording_newest on recording (corps_id, recorded_at desc, id desc);
create index recording_wearer on recording (corps_id, wearer_id, recorded_at desc, id desc);
create index recording_due on recording (due_at) where state in ('stored', 'viewable', 'erasing');

-- The sealed bytes of a recording and of what is derived from it, all under one file key.
create table vault_key (
  recording_id text primary key references recording,
  suite smallint not null,
  -- Name in the keystore of the key that wraps this one: a day of expiry, or a hold.
  bucket text not null,
  wrapped_file_key bytea not null,
  -- The age header of the payload, sealed under the bucket's key so that it dies with it.
  sealed_header bytea not null
);
create index vault_key_bucket on vault_key (bucket);

create table vault_object (
  recording_id text not null references recording,
  kind text not null check (kind in ('payload', 'storyboard', 'poster')),
  object_key text not null unique,
  plain_bytes bigint not null,
  payload_sha256 bytea not null,
  primary key (recording_id, kind)
);

create table upload (
  id text primary key,
  corps_id text not null references corps,
  recording_id text not null unique,
  camera_id text not null references camera,
  actor jsonb not null,
  original_name text not null,
  announced_sha256 bytea not null,
  size_bytes bigint not null,
  object_key text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null
);

create table hold (
  id text primary key,
  corps_id text not null references corps,
  recording_id text not null references recording,
  kind text not null check (kind in ('report', 'complaint')),
  number text not null,
  reason text not null,
  placed_at timestamptz not null,
  placed_by text not null references person,
  lifted_at timestamptz,
  lifted_by text references person,
  lift_reason text
);
create index hold_recording on hold (recording_id);

create table activation_record (
  recording_id text primary key references recording,
  first_warning_at timestamptz,
  second_warning_at timestamptz,
  exception text,
  trigger text not null,
  effect text not null,
  note text not null,
  completed_at timestamptz not null,
  completed_by text not null references person
);

create table viewing (
  id text primary key,
  corps_id text not null references corps,
  recording_id text not null references recording,
  person_id text not null references person,
  session_id text not null,
  purpose text not null,
  reference text,
  reason text not null,
  started_at timestamptz not null,
  expires_at timestamptz not null
);

-- One row a person, recording and day: a storyboard was shown, and that is in the custody trail.
create table preview_shown (
  recording_id text not null references recording,
  person_id text not null references person,
  shown_on date not null,
  primary key (recording_id, person_id, shown_on)
);

create table export_package (
  id text primary key,
  corps_id text not null references corps,
  recording_id text not null references recording,
  person_id text not null references person,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  fetched_at timestamptz
);

create table retention_run (
  id bigint generated always as identity primary key,
  corps_id text not null references corps,
  at timestamptz not null,
  erased integer not null,
  failed integer not null
);

-- Custody. Entries and salts can be erased one day; leaves and tiles are the public log and stay.
create table custody_log (
  id text primary key,
  -- No reference: the log is there before the transaction that establishes the corps.
  corps_id text not null,
  year integer not null,
  origin text not null unique,
  size bigint not null default 0,
  root bytea not null,
  checkpoint text,
  signed_at timestamptz,
  unique (corps_id, year)
);

create table custody_entry (
  -- Order in which entries were made, for the sequencer; gaps mean nothing.
  serial bigint generated always as identity primary key,
  id text not null unique,
  log_id text not null references custody_log,
  corps_id text not null references corps,
  recording_id text,
  type text not null,
  actor jsonb not null,
  at timestamptz not null,
  details jsonb not null,
  salt bytea not null,
  leaf bytea not null,
  -- Place in the log; null until a checkpoint covers it.
  log_index bigint,
  unique (log_id, log_index)
);
create index custody_entry_recording on custody_entry (recording_id, serial);
create index custody_entry_waiting on custody_entry (log_id, serial) where log_index is null;

create table custody_tile (
  log_id text not null references custody_log,
  level smallint not null,
  tile_index bigint not null,
  width smallint not null,
  hashes bytea not null,
  primary key (log_id, level, tile_index)
);
