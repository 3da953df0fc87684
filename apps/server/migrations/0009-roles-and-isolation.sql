-- Somebody may be several things to the corps, and has a title; both go into every entry of the custody log as they were.
alter table person add column title text not null default '';
alter table person alter column title drop default;
alter table person add column roles text[];
update person set roles = array[role];
alter table person alter column roles set not null;
alter table person add check (cardinality(roles) > 0);
alter table person drop column role;

-- Whose rows a connection sees: those of one corps, of every corps (`*`, for work that goes over all of them), or none.
-- Pooled connections keep an empty string where nothing was said.
create function corps_in_view() returns text language sql stable parallel safe
  return nullif(current_setting('getuige.corps', true), '');

-- Bind a table that has a column corps_id to the corps in view, its owner too.
create procedure isolate_by_corps(isolated regclass) language plpgsql as $$
begin
  execute format('alter table %s enable row level security, force row level security', isolated);
  execute format(
    'create policy corps_in_view on %s using (corps_id = corps_in_view() or corps_in_view() = ''*'')', isolated);
end
$$;
