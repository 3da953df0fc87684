-- What a recording is found by: words of its file name, tags, numbers of files and notes, each as somebody told it; and
-- whole tags, numbers and purposes, after a sign. Text compared as bytes: only operators that leak nothing
-- may use an index under row-level security.
create table recording_term (
  corps_id text not null,
  term text collate "C" not null,
  recorded_at timestamptz not null,
  recording_id text not null,
  source text collate "C" not null check (source in ('name', 'tag', 'file', 'note', 'purpose')),
  -- Which of that source told it: the hold, assignment or marker; empty where there is one only.
  key text not null
);
create index recording_term_newest on recording_term (corps_id, term, recorded_at desc, recording_id desc) include (source);
create index recording_term_recording on recording_term (recording_id);
call isolate_by_corps('recording_term');

-- Where it was, in ten-thousandths of a degree; every square of a few sizes that it touched.
create table recording_place (
  recording_id text primary key references recording,
  corps_id text not null,
  latitudes integer[] not null,
  longitudes integer[] not null,
  check (cardinality(latitudes) = cardinality(longitudes))
);
call isolate_by_corps('recording_place');
create table recording_cell (
  corps_id text not null,
  cell bigint not null,
  recorded_at timestamptz not null,
  recording_id text not null
);
create index recording_cell_newest on recording_cell (corps_id, cell, recorded_at desc, recording_id desc);
call isolate_by_corps('recording_cell');

-- What was told before words were kept; a job keeps them and empties this.
create table recording_untold (
  id bigint generated always as identity primary key,
  corps_id text not null,
  recording_id text not null,
  source text not null,
  key text not null,
  texts text[] not null
);
create index recording_untold_recording on recording_untold (recording_id);
call isolate_by_corps('recording_untold');

insert into recording_untold (corps_id, recording_id, source, key, texts)
  select corps_id, id, 'name', '', array[original_name] from recording where state in ('stored', 'viewable');
insert into recording_untold (corps_id, recording_id, source, key, texts)
  select corps_id, id, 'place', '', array[facts #>> '{location,latitude}', facts #>> '{location,longitude}'] from recording
  where state in ('stored', 'viewable') and jsonb_typeof(facts -> 'location') = 'object';
insert into recording_untold (corps_id, recording_id, source, key, texts)
  select h.corps_id, h.recording_id, 'file', h.id, array[h.number] from hold h join recording r on r.id = h.recording_id
  where r.state in ('stored', 'viewable');
insert into recording_untold (corps_id, recording_id, source, key, texts)
  select g.corps_id, g.recording_id, 'file', g.id, array[g.reference] from access_grant g join recording r on r.id = g.recording_id
  where r.state in ('stored', 'viewable') and g.reference is not null;
insert into recording_untold (corps_id, recording_id, source, key, texts)
  select distinct corps_id, recording_id, 'purpose', purpose, array[purpose] from (
    select corps_id, recording_id, purpose from viewing
    union all select corps_id, recording_id, purpose_id from access_grant where purpose_id is not null
  ) as used join recording r using (corps_id) where r.id = used.recording_id and r.state in ('stored', 'viewable');

-- By how long they last, in classes, so that those of one class are in the order of the list.
alter table recording add column length_class smallint generated always as (width_bucket(duration_ms,
  array[8000, 15000, 30000, 45000, 60000, 90000, 120000, 180000, 240000, 360000, 480000, 720000, 960000, 1440000, 1920000,
    2880000, 3840000, 5760000, 7680000, 11520000, 15360000, 23040000, 30720000, 86400000]::double precision[])) stored;
create index recording_length on recording (corps_id, length_class, recorded_at desc, id desc);

-- Searches that people keep for themselves.
create table saved_search (
  id text primary key,
  corps_id text not null references corps,
  person_id text not null references person,
  name text not null,
  filters jsonb not null,
  saved_at timestamptz not null,
  unique (person_id, name)
);
call isolate_by_corps('saved_search');
