-- The law of a corps is a dated thing: which pack, in which version, with which settings of its own, from when on.
create table corps_law (
  serial bigint generated always as identity primary key,
  corps_id text not null references corps,
  law text not null,
  in_force_from timestamptz not null,
  adopted_at timestamptz not null,
  -- Null for what was chosen before adoptions were kept; approved by nobody when the corps was established.
  adopted_by text references person,
  approved_by text references person,
  reason text not null
);
create index corps_law_in_force on corps_law (corps_id, in_force_from);

insert into corps_law (corps_id, law, in_force_from, adopted_at, reason)
  select id, law_pack_id || '@1', created_at, created_at, '' from corps order by created_at;
call isolate_by_corps('corps_law');
alter table corps drop column law_pack_id;

-- A recording keeps the law in force when it was made.
alter table recording rename column law_pack_id to law;
alter table recording alter column law type text using law || '@1';
