-- What waits for, or had, a second person.
create table approval (
  id text primary key,
  corps_id text not null references corps,
  act text not null,
  recording_id text references recording,
  -- The law that says who may approve: that of the recording, else that of the corps when it was asked.
  law text not null,
  -- What the asker wants it for, where the act has a purpose.
  purpose_id text,
  asked_by text not null references person,
  -- Name, title and roles as they were.
  asker jsonb not null,
  asked_at timestamptz not null,
  expires_at timestamptz not null,
  reason text not null,
  -- What the approver is shown, and what is then done.
  shown jsonb not null,
  payload jsonb not null,
  ended_at timestamptz,
  ended_as text check (ended_as in ('given', 'refused', 'withdrawn', 'expired')),
  -- Nobody, where it expired.
  ended_by text references person,
  ender jsonb,
  end_reason text,
  check ((ended_at is null) = (ended_as is null)),
  check (asked_at < expires_at),
  -- Never the asker.
  check (ended_as not in ('given', 'refused') or (ended_by is not null and ended_by <> asked_by))
);
create index approval_waiting on approval (corps_id, expires_at) where ended_at is null;
create index approval_asked on approval (asked_by, asked_at desc);
create index approval_decided on approval (ended_by, ended_at desc);
create index approval_recording on approval (recording_id);
call isolate_by_corps('approval');
