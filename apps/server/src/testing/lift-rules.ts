import { type Database, runSql } from '#platform/database'

/**
 * Take the rules off every table, but its isolation and, if told so, what makes a row unique: so that any table can be
 * given a row by somebody who does not know it.
 */
export async function liftRules(db: Database, { keepUnique }: Readonly<{ keepUnique: boolean }>): Promise<void> {
  await runSql(
    db.everyCorps,
    `do $$
    declare
      rule record;
    begin
      for rule in
        select conrelid::regclass as of_table, conname from pg_constraint
        where connamespace = 'public'::regnamespace
          and (contype in ('f', 'c') or (contype in ('p', 'u', 'x') and not ${keepUnique}))
        order by contype = 'f' desc
      loop
        execute format('alter table %s drop constraint %I', rule.of_table, rule.conname);
      end loop;
      for rule in
        select indexrelid::regclass as of_index from pg_index join pg_class c on c.oid = indrelid
        where indisunique and c.relnamespace = 'public'::regnamespace and not ${keepUnique}
      loop
        execute format('drop index %s', rule.of_index);
      end loop;
      for rule in
        select attrelid::regclass as of_table, attname from pg_attribute a join pg_class c on c.oid = attrelid
        where attnum > 0 and not attisdropped and attnotnull and attidentity = '' and c.relkind = 'r'
          and c.relnamespace = 'public'::regnamespace and attname <> 'corps_id'
          and not exists (select from pg_index where indrelid = c.oid and indisprimary and a.attnum = any(indkey))
      loop
        execute format('alter table %s alter column %I drop not null', rule.of_table, rule.attname);
      end loop;
    end
    $$`,
  )
}
