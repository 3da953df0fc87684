-- What can be shown of a recording, told by media: how it is played, what was made for it, and where it is damaged.
alter table recording
  add column rendition text check (rendition in ('direct', 'proxy', 'making', 'none')),
  add column proxy jsonb,
  add column scrub jsonb,
  add column has_track boolean not null default false,
  add column damages jsonb not null default '[]',
  -- Told by search.
  add column tags text[] not null default '{}',
  -- What it was cut from, if it is a clip.
  add column clip_of text references recording,
  add column clip jsonb;
update recording set rendition = 'direct' where playable;
create index recording_clips on recording (clip_of) where clip_of is not null;

-- A file that came beside a recording is `sidecar/` and its id.
alter table vault_object drop constraint vault_object_kind_check;
alter table vault_object add constraint vault_object_kind_check
  check (kind in ('payload', 'storyboard', 'poster', 'scrub', 'waveform', 'track', 'proxy') or kind like 'sidecar/%');
