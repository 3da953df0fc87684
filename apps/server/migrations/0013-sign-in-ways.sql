-- A key of a person, as WebAuthn makes it. The private half never leaves their device.
create table passkey (
  id text primary key,
  corps_id text not null references corps,
  person_id text not null references person,
  credential_id bytea not null unique,
  public_key bytea not null,
  counter bigint not null,
  transports text[] not null,
  is_synced boolean not null,
  name text not null,
  created_at timestamptz not null,
  last_used_at timestamptz
);
create index passkey_person on passkey (person_id);
call isolate_by_corps('passkey');

-- A ceremony that was begun in one browser, and ends once or not at all. Challenge, nonce and code verifier are derived
-- from the browser's cookie, of which only the digest stands here. Nobody's corps is known when they begin to sign in.
create table sign_in_attempt (
  token_sha256 bytea primary key,
  purpose text not null check (purpose in ('passkey-sign-in', 'passkey-addition', 'provider-sign-in')),
  corps_id text references corps,
  person_id text references person,
  expires_at timestamptz not null
);
call isolate_by_corps('sign_in_attempt');

-- Where the people of a corps sign in elsewhere. The secret is sealed under a key of the keystore.
create table identity_provider (
  corps_id text primary key references corps,
  settings jsonb not null,
  sealed_secret bytea not null,
  changed_at timestamptz not null
);
call isolate_by_corps('identity_provider');

-- Whom of the provider's people somebody is: by login until the first sign-in, by issuer and subject from then on.
create table person_identity (
  corps_id text not null references corps,
  person_id text primary key references person,
  issuer text not null,
  login text not null,
  subject text,
  invited_at timestamptz not null,
  linked_at timestamptz,
  last_used_at timestamptz,
  unique (corps_id, issuer, subject),
  check ((subject is null) = (linked_at is null))
);
create unique index person_identity_invited on person_identity (corps_id, issuer, login) where subject is null;
call isolate_by_corps('person_identity');
