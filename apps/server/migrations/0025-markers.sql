-- Moments and stretches of a recording that people marked while they viewed it. Gone with the recording.
create table recording_marker (
  id text primary key,
  corps_id text not null references corps,
  recording_id text not null references recording,
  at_ms integer not null check (at_ms >= 0),
  to_ms integer check (to_ms > at_ms),
  note text not null,
  made_by text not null references person,
  made_at timestamptz not null,
  purpose text not null
);
create index recording_marker_recording on recording_marker (recording_id, at_ms);
call isolate_by_corps('recording_marker');
