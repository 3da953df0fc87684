-- Who answers for a corps' signatures: an authority of its own, and the certificate that it issued. Their keys are in
-- the keystore. A corps that signs with a certificate of the operator's has no row, or one that is not used.
create table corps_authority (
  corps_id text primary key references corps,
  -- DER, both.
  certificate bytea not null,
  signing_certificate bytea not null,
  signing_until timestamptz not null
);

-- RFC 3161 tokens over checkpoints: somebody outside saw this head of the log, at that time. Kept for good.
create table custody_timestamp (
  log_id text not null references custody_log,
  size bigint not null,
  -- The signed note that the token is over, to the byte.
  checkpoint text not null,
  authority text not null,
  token bytea not null,
  at timestamptz not null,
  primary key (log_id, size)
);

-- For whom a package is encrypted: null for nobody, else a recipient of age, or a certificate (base64 of its DER).
alter table export_package
  add column age_recipient text,
  add column certificate text,
  add check (age_recipient is null or certificate is null);
