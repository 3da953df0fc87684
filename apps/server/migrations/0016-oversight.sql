-- The custody log as art. 25 of Directive (EU) 2016/680 asks for it: searched, handed out, and forgotten in time.

-- What an entry is found by: who acted, for what purpose, to whom, and each word of a reason. Text compared as bytes:
-- only operators that leak nothing may use an index under row-level security.
create table custody_term (
  corps_id text not null,
  term text collate "C" not null,
  at timestamptz not null,
  serial bigint not null,
  type text collate "C" not null
);
create index custody_term_newest on custody_term (corps_id, term, at, serial) include (type);
create index custody_term_entry on custody_term (serial);
call isolate_by_corps('custody_term');

-- How many entries of each log are found by their terms.
create table custody_terms_upto (
  log_id text primary key,
  corps_id text not null,
  size bigint not null
);
call isolate_by_corps('custody_terms_upto');

-- Made once, when an entry gets its place: acts do not pay for them.
create index custody_entry_newest on custody_entry (corps_id, at, serial) where log_index is not null;
create index custody_entry_type on custody_entry (corps_id, type, at, serial) where log_index is not null;

-- Copies of the log that can be fetched for a while: what was asked for, how far the logs had come, and what was signed.
create table log_export (
  id text primary key,
  corps_id text not null,
  person_id text not null,
  format text not null,
  query jsonb not null,
  heads jsonb not null,
  entries bigint not null,
  sha256 bytea not null,
  signature bytea not null,
  made_at timestamptz not null,
  expires_at timestamptz not null
);
call isolate_by_corps('log_export');
