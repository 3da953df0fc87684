-- What witnesses have cosigned (c2sp.org/tlog-cosignature): the newest of each, which covers all that came before it.
create table custody_cosignature (
  log_id text not null references custody_log,
  -- Name of the witness's key.
  witness text not null,
  size bigint not null,
  -- Our own signed note of that size, and the signature line of the witness below it, with its newline.
  checkpoint text not null,
  line text not null,
  -- The time that the witness states in its cosignature, to the second.
  at timestamptz not null,
  primary key (log_id, witness)
);

-- How the last call on a witness went. Rows of a witness that is no longer configured stay, and are not shown.
create table custody_witness_state (
  log_id text not null references custody_log,
  witness text not null,
  asked_at timestamptz not null,
  -- Null: it cosigned.
  error text check (error in ('unreachable', 'refused', 'log-unknown', 'signature-refused', 'rewritten', 'answer-wrong')),
  error_since timestamptz,
  primary key (log_id, witness),
  check ((error is null) = (error_since is null))
);
