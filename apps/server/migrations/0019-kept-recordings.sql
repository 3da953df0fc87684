-- The list shows what is kept: years of erased recordings need not be passed by for it.
create index recording_kept on recording (corps_id, recorded_at desc, id desc) where state in ('stored', 'viewable');
