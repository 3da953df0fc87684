-- Whoever gives somebody a one-time password could have used it: who did last, and when, is shown to the second person
-- who gives them a role. Null: nobody did since this is noted.
alter table person
  add column password_given_at timestamptz,
  add column password_given_by text;
