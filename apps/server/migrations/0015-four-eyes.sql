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

-- A package is offered once its export was approved, and entered when it is fetched: `details` is what is entered then.
-- Those from before were there for a quarter of an hour, and are over.
alter table export_package add column approval_id text references approval;
alter table export_package add column details jsonb;
create index export_package_person on export_package (person_id, expires_at) where fetched_at is null;

-- What people hand in: sealed under a key of the keystore, so that who has the database has no document.
create table mandate_document (
  id text primary key,
  corps_id text not null references corps,
  uploaded_by text not null references person,
  uploaded_at timestamptz not null,
  kind text not null check (kind in ('pdf', 'text')),
  size_bytes integer not null,
  sha256 bytea not null,
  sealed bytea not null,
  -- Null until a decision rests on it; without one it is removed after a day.
  claimed_at timestamptz
);
create index mandate_document_unclaimed on mandate_document (uploaded_at) where claimed_at is null;
call isolate_by_corps('mandate_document');

-- A request to the prosecutor, and what became of it.
create table mandate_request (
  id text primary key,
  corps_id text not null references corps,
  purpose_id text not null,
  reference text not null,
  reason text not null,
  asked_by text not null references person,
  asker jsonb not null,
  asked_at timestamptz not null,
  ended_at timestamptz,
  ended_as text check (ended_as in ('granted', 'refused', 'withdrawn')),
  ended_by text references person,
  ender jsonb,
  -- The words of a refusal, or of whoever withdrew it.
  end_reason text,
  refusal_number text,
  check ((ended_at is null) = (ended_as is null))
);
create index mandate_request_corps on mandate_request (corps_id, asked_at desc);
create index mandate_request_open on mandate_request (corps_id) where ended_at is null;
call isolate_by_corps('mandate_request');

create table mandate_request_recording (
  request_id text not null references mandate_request,
  recording_id text not null references recording,
  corps_id text not null references corps,
  primary key (request_id, recording_id)
);
create index mandate_request_recording_of on mandate_request_recording (recording_id);
call isolate_by_corps('mandate_request_recording');

-- A prosecutor's decision in writing. One given on paper opens nothing until it is confirmed.
create table mandate (
  id text primary key,
  corps_id text not null references corps,
  request_id text references mandate_request,
  number text not null,
  magistrate_name text not null,
  magistrate_title text not null,
  decided_on date not null,
  purpose_id text not null,
  until_on date not null,
  ends_at timestamptz not null,
  reasoning text not null,
  document_id text not null unique references mandate_document,
  is_on_paper boolean not null,
  recorded_by text not null references person,
  recorder jsonb not null,
  recorded_at timestamptz not null,
  confirmed_by text references person,
  confirmer jsonb,
  confirmed_as text check (confirmed_as in ('prosecutor', 'second-person')),
  confirmed_at timestamptz,
  ended_at timestamptz,
  ended_as text check (ended_as in ('withdrawn', 'rejected')),
  ended_by text references person,
  ender jsonb,
  end_reason text,
  check ((ended_at is null) = (ended_as is null)),
  check ((confirmed_at is null) = (confirmed_by is null)),
  -- Whoever recorded it is never the second person.
  check (confirmed_by <> recorded_by)
);
create index mandate_corps on mandate (corps_id, recorded_at desc);
create index mandate_request_of on mandate (request_id);
call isolate_by_corps('mandate');

create table mandate_recording (
  mandate_id text not null references mandate,
  recording_id text not null references recording,
  corps_id text not null references corps,
  -- Null until the decision is in force.
  grant_id text references access_grant,
  primary key (mandate_id, recording_id)
);
create index mandate_recording_of on mandate_recording (recording_id);
call isolate_by_corps('mandate_recording');

-- Danger to life: opened at once, justified within hours, judged by the data-protection officer. Its id is that of the
-- grant that it made.
create table emergency (
  id text primary key references access_grant,
  corps_id text not null references corps,
  recording_id text not null references recording,
  person_id text not null references person,
  person jsonb not null,
  danger text not null,
  opened_at timestamptz not null,
  until_at timestamptz not null,
  justify_by timestamptz not null,
  justified_at timestamptz,
  justification text,
  reference text,
  judged_at timestamptz,
  judged_by text references person,
  judge jsonb,
  verdict text check (verdict in ('justified', 'not-justified')),
  judgement text,
  -- When the webhook took the alarm.
  alarmed_at timestamptz,
  check (judged_by <> person_id),
  check ((judged_at is null) = (verdict is null))
);
create index emergency_corps on emergency (corps_id, opened_at desc);
create index emergency_person on emergency (person_id, opened_at desc);
create index emergency_recording on emergency (recording_id);
call isolate_by_corps('emergency');
