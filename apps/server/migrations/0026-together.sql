-- What people said about the clock of a recording, by looking. The register keeps its own time; the last said here is
-- shown beside it. Gone with the recording.
create table clock_correction (
  id text primary key,
  corps_id text not null references corps,
  recording_id text not null references recording,
  -- How much later (negative: earlier) than its own clock it was.
  offset_ms bigint not null,
  -- The recording whose clock was held to be right.
  against_id text references recording,
  reason text not null,
  made_by text not null references person,
  made_at timestamptz not null,
  -- Which came after which, also where a clock was set back in between.
  place bigint generated always as identity
);
create index clock_correction_recording on clock_correction (recording_id, place desc);
create index clock_correction_corps on clock_correction (corps_id);
call isolate_by_corps('clock_correction');

-- The recordings of one camera, in the order in which it made them.
create index recording_of_camera_kept on recording (camera_id, recorded_at) where state in ('stored', 'viewable');
