-- What the vault holds and nobody claims: seen once it is left alone, seen again a day later it is removed.
create table vault_unclaimed (
  kind text not null check (kind in ('object', 'draft-key', 'bucket-key')),
  name text not null,
  seen_at timestamptz not null,
  primary key (kind, name)
);
