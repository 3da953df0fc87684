-- What is being prepared: not probed yet, or what browsers can play is still being made.
drop index recording_waiting;
create index recording_waiting on recording (corps_id, recorded_at desc, id desc)
  where state = 'stored' or (state = 'viewable' and rendition = 'making');
