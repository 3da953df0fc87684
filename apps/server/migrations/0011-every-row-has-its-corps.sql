-- Every table that belongs to a corps shows the rows of the corps in view alone, also to the role that owns it.

-- Asked once a statement, not once a row. Nobody writes a row of every corps; one without a corps, where a table allows
-- it, only who sees every corps.
create or replace procedure isolate_by_corps(isolated regclass) language plpgsql as $$
begin
  execute format('alter table %s enable row level security, force row level security', isolated);
  execute format('drop policy if exists corps_in_view on %s', isolated);
  execute format(
    'create policy corps_in_view on %s
      using (corps_id = (select corps_in_view()) or (select corps_in_view()) = ''*'')
      with check (corps_id is distinct from ''*'' and (corps_id = (select corps_in_view()) or (select corps_in_view()) = ''*''))',
    isolated);
end
$$;

-- What belongs to something of a corps says so itself. Whoever writes for every corps has to say for which: '*' is none.
create procedure give_corps(owned regclass, corps_of_row text) language plpgsql as $$
begin
  execute format('alter table %s add column corps_id text', owned);
  execute format('update %s as t set corps_id = (%s)', owned, corps_of_row);
  execute format(
    'alter table %s alter column corps_id set default corps_in_view(), alter column corps_id set not null,
      add check (corps_id <> ''*'')', owned);
end
$$;
call give_corps('person_session', 'select corps_id from person where id = t.person_id');
call give_corps('camera_assignment', 'select corps_id from camera where id = t.camera_id');
call give_corps('activation_record', 'select corps_id from recording where id = t.recording_id');
call give_corps('preview_shown', 'select corps_id from recording where id = t.recording_id');
call give_corps('vault_key', 'select corps_id from recording where id = t.recording_id');
call give_corps('vault_object', 'select corps_id from recording where id = t.recording_id');
-- Of objects that may be gone: their keys begin with whose they are.
call give_corps('vault_copy', 'split_part(object_key, ''/'', 1)');
call give_corps('vault_removal', 'split_part(object_key, ''/'', 1)');
call give_corps('custody_tile', 'select corps_id from custody_log where id = t.log_id');
call give_corps('custody_cosignature', 'select corps_id from custody_log where id = t.log_id');
call give_corps('custody_witness_state', 'select corps_id from custody_log where id = t.log_id');
call give_corps('custody_timestamp', 'select corps_id from custody_log where id = t.log_id');
drop procedure give_corps;

-- Every table with that column, those isolated before in the same way.
do $$
declare
  isolated regclass;
begin
  for isolated in
    select attrelid::regclass from pg_attribute a join pg_class c on c.oid = a.attrelid
    where a.attname = 'corps_id' and not a.attisdropped and c.relkind = 'r' and c.relnamespace = 'public'::regnamespace
  loop
    call isolate_by_corps(isolated);
  end loop;
end
$$;
alter table corps enable row level security, force row level security;
create policy corps_in_view on corps
  using (id = (select corps_in_view()) or (select corps_in_view()) = '*')
  with check (id <> '*' and (id = (select corps_in_view()) or (select corps_in_view()) = '*'));

-- What a corps asks of its own objects.
create index vault_key_corps on vault_key (corps_id);
create index vault_object_corps on vault_object (corps_id, kind) include (plain_bytes);

-- Lists and counts that choose few of a million recordings.
create index recording_camera on recording (corps_id, camera_id, recorded_at desc, id desc);
create index recording_due_of_corps on recording (corps_id, due_at) where not is_held;
create index recording_held on recording (corps_id, recorded_at desc, id desc) where is_held;
create index recording_damaged on recording (corps_id, recorded_at desc, id desc) where damage <> 'none';
create index recording_waiting on recording (corps_id, recorded_at desc, id desc) where state = 'stored';
create index recording_gone on recording (corps_id, recorded_at desc, id desc) where state in ('erasing', 'erased');
