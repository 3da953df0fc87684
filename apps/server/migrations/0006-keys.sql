-- Whom the age headers are for: a set of recipients has a number, and its words are a secret of the keystore. Set 1 is
-- the escrow identity alone. A header is that of a set; those of an older one are being written anew.
create table vault_recipients (
  only_row boolean primary key default true check (only_row),
  current_set integer not null
);
insert into vault_recipients (current_set) values (1);

alter table vault_key add column recipient_set integer not null default 1;
alter table vault_key alter column recipient_set drop default;
create index vault_key_recipient_set on vault_key (recipient_set);
