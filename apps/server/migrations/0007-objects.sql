-- Objects in a store of their own, drafts in a staging folder until they are complete.
alter table vault_unclaimed drop constraint vault_unclaimed_kind_check;
alter table vault_unclaimed add constraint vault_unclaimed_kind_check
  check (kind in ('object', 'staged', 'draft-key', 'bucket-key'));
