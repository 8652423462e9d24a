-- A browser's login: the SHA-256 of its token, and the key that it was made from.
create table session (
  hash bytea primary key check (octet_length(hash) = 32),
  key_id text not null references api_key (id),
  created_at timestamptz not null default clock_timestamp(),
  seen_at timestamptz not null default clock_timestamp()
);

create index session_of_key on session (key_id, created_at);

-- Something is wrong since opened_at, and until closed_at. `name` says what it is about: it is open once at most.
create table alert (
  id uuid primary key default gen_random_uuid(),
  name text not null,
  event text not null check (event in ('job.failed', 'view.late', 'edge.frozen')),
  workspace_id integer not null references workspace (id),
  generation_id integer not null references view_generation (id),
  job_id uuid references job (id),
  details jsonb not null,
  opened_at timestamptz not null default clock_timestamp(),
  closed_at timestamptz
);

create unique index alert_open on alert (name) where closed_at is null;

create index alert_of_job on alert (job_id, name);

-- What a webhook is owed: its id stays the same through all tries. While it waits it is nobody's before due_at.
create table alert_delivery (
  id uuid primary key default gen_random_uuid(),
  alert_id uuid not null references alert (id) on delete cascade,
  event text not null,
  webhook text not null,
  body jsonb not null,
  state text not null default 'waiting' check (state in ('waiting', 'delivered', 'dead')),
  tries integer not null default 0,
  due_at timestamptz not null default clock_timestamp(),
  reason text,
  created_at timestamptz not null default clock_timestamp(),
  ended_at timestamptz,
  check ((state = 'waiting') = (ended_at is null))
);

create unique index alert_delivery_once on alert_delivery (alert_id, event, webhook);

create index alert_delivery_due on alert_delivery (due_at) where state = 'waiting';

-- One row; failures of jobs from before it are nobody's news.
create table alert_watch (
  id integer primary key default 1 check (id = 1),
  since timestamptz not null default clock_timestamp()
);

insert into alert_watch default values;

create index job_that_may_have_failed on job (updated_at) where state in ('FAILURE', 'RUNNING', 'MANUAL_RETRY');
