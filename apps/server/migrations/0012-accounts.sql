-- People leave and return, and wait with no role at all for a second person to approve those they were given.
alter table person drop constraint if exists person_roles_check;
alter table person add column left_at timestamptz;
-- Since when a second person approves roles: there was one who could. Null: the first administrator sets the corps up.
alter table corps add column founded_at timestamptz;

-- Who signed in before this says where and how when they sign in again.
delete from person_session;
alter table person_session add column if not exists corps_id text references corps;
alter table person_session alter column corps_id set not null;
alter table person_session
  add column signed_in_by text not null
    check (signed_in_by in ('password', 'password+totp', 'password+passkey', 'passkey', 'identity-provider')),
  add column browser text not null,
  add column network text not null;

-- Somebody gave the right password and has yet to give the second factor.
create table sign_in_step (
  token_sha256 bytea primary key,
  corps_id text not null references corps,
  person_id text not null references person,
  expires_at timestamptz not null
);
create index sign_in_step_person on sign_in_step (person_id);
call isolate_by_corps('sign_in_step');

-- The authenticator of a person (RFC 6238). Its secret is sealed under a key of the keystore, for this person alone.
create table totp (
  person_id text not null references person,
  corps_id text not null references corps,
  sealed_secret bytea not null,
  begun_at timestamptz not null,
  -- Null until a first code was given; until then the former one, if there is one, is what counts.
  confirmed_at timestamptz,
  -- The step of the last code that was taken: neither it nor one before is taken again.
  last_step bigint not null
);
create unique index totp_confirmed on totp (person_id) where confirmed_at is not null;
create unique index totp_begun on totp (person_id) where confirmed_at is null;
call isolate_by_corps('totp');

-- Tries are given back one by one: a right password is none, though the code after it may be wrong.
alter table sign_in_failure add column id bigint generated always as identity;

-- Two people let somebody in again; whoever asked may take the one-time password until then, once.
create table account_recovery (
  person_id text primary key references person,
  corps_id text not null references corps,
  approval_id text not null,
  asked_by text not null references person,
  until_at timestamptz not null
);
call isolate_by_corps('account_recovery');
