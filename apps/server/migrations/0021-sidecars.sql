-- Files that came beside a recording, each sealed in the vault as it was received. Gone with the recording.
create table recording_sidecar (
  id text primary key,
  corps_id text not null references corps,
  recording_id text not null references recording,
  name text not null,
  kind text not null check (kind in ('nmea', 'gpx', 'axis-gnss', 'srt')),
  size_bytes integer not null,
  sha256 bytea not null,
  -- How many places are in it.
  points integer not null,
  -- Brought with the recording, not handed in by a person.
  by_dock boolean not null,
  received_at timestamptz not null,
  unique (recording_id, sha256)
);
call isolate_by_corps('recording_sidecar');

-- What the clock of the camera differed from that of the dock, in ms, as the dock told it.
alter table upload add column dock_drift jsonb;
alter table recording add column dock_drift jsonb;
